/** Files that are not valid Go plugins: what people pass to plugin.Open by mistake, and damaged files. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** @import { PluginFile } from "./types.js" */

const library = "int answer(void) { return 42; }\n";

/**
 * How an odd file is made: from C with `compiler`, or by `make`, which receives its path and that of a good plugin.
 *
 * @typedef {object} Recipe
 * @property {string} [base] The variant of the good plugin (default: trimpath).
 * @property {(path: string, good: string) => void | Promise<void>} [make]
 * @property {string} [compiler]
 * @property {string[]} [flags] Flags of the compiler.
 * @property {string} [code] C (default: a library with one function).
 */

/**
 * The odd files by name.
 *
 * @type {Record<string, Recipe>}
 */
const odd = {
  "missing.so": {},
  "folder.so": { make: (path) => mkdirSync(path) },
  "empty.so": { make: (path) => writeFileSync(path, "") },
  "short.so": { make: (path, good) => writeFileSync(path, readFileSync(good).subarray(0, 40)) },
  "63-bytes.so": { make: (path, good) => writeFileSync(path, readFileSync(good).subarray(0, 63)) },
  "64-bytes.so": { make: (path, good) => writeFileSync(path, readFileSync(good).subarray(0, 64)) },
  "text.so": {
    make: (path) =>
      writeFileSync(path, "this is not a program, it is only a text that is long enough for a header.\n".repeat(3)),
  },
  "script.so": {
    make: (path) =>
      writeFileSync(path, "#!/bin/sh\necho this is a script that somebody made executable and called a plugin\n"),
  },
  "zeros.so": { make: (path) => writeFileSync(path, Buffer.alloc(4096)) },
  "header-only-magic.so": {
    make: (path) => writeFileSync(path, Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(4092)])),
  },
  ...Object.fromEntries(
    [100, 200, 500, 800, 1_000, 4_096, 100_000].map((size) => [`cut-at-${size}.so`, cut(() => size)]),
  ),
  ...Object.fromEntries(
    [10, 25, 50, 75, 90, 99].map((share) => [
      `cut-at-${share}-percent.so`,
      cut((size) => Math.floor((size * share) / 100)),
    ]),
  ),
  "cut-by-1.so": cut((size) => size - 1),
  "cut-by-4096.so": cut((size) => size - 4_096),
  "stripped-cut-by-1.so": { base: "section-stripped", ...cut((size) => size - 1) },
  "stripped-cut-by-5000.so": { base: "section-stripped", ...cut((size) => size - 5_000) },
  "without-headers-cut-by-1.so": { base: "no-section-headers", ...cut((size) => size - 1) },
  ...Object.fromEntries(
    [-5_000, -4_097, -4_096, -4_095, -100, -1, 0].map((less) => [
      `cut-at-loaded-end${less}.so`,
      { base: "section-stripped", ...cut((_size, good) => loadedEnd(good) + less) },
    ]),
  ),
  "cut-at-page-of-loaded-end.so": { base: "section-stripped", ...cut((_size, good) => loadedEnd(good) & ~4_095) },
  "cut-after-page-of-loaded-end.so": {
    base: "section-stripped",
    ...cut((_size, good) => (loadedEnd(good) & ~4_095) + 1),
  },
  "trailing-bytes.so": {
    make: (path, good) => writeFileSync(path, Buffer.concat([readFileSync(good), Buffer.alloc(1_000, 65)])),
  },
  "elf32.so": { compiler: "i686-linux-gnu-gcc", flags: ["-shared", "-fPIC"] },
  "aarch64.so": { compiler: "aarch64-linux-gnu-gcc", flags: ["-shared", "-fPIC"] },
  "big-endian.so": patched(5, [2]),
  "elf-version-0.so": patched(6, [0]),
  "os-abi-freebsd.so": patched(7, [9]),
  "os-abi-gnu.so": patched(7, [3]),
  "abi-version-9.so": patched(8, [9]),
  "type-rel.so": patched(16, [1, 0]),
  "type-core.so": patched(16, [4, 0]),
  "type-none.so": patched(16, [0, 0]),
  "machine-none.so": patched(18, [0, 0]),
  "machine-386.so": patched(18, [3, 0]),
  "object-version-9.so": patched(20, [9]),
  "phentsize-0.so": patched(54, [0, 0]),
  "no-program-headers.so": patched(56, [0, 0]),
  "object.so": { compiler: "gcc", flags: ["-c", "-fPIC"] },
  "executable.so": { compiler: "gcc", flags: ["-no-pie"], code: "int main(void) { return 0; }\n" },
  "position-independent-executable.so": { compiler: "gcc", flags: ["-pie"], code: "int main(void) { return 0; }\n" },
  "static-executable.so": { compiler: "gcc", flags: ["-static"], code: "int main(void) { return 0; }\n" },
  "c-library.so": { compiler: "gcc", flags: ["-shared", "-fPIC"] },
  "c-library-symbolic.so": { compiler: "gcc", flags: ["-shared", "-fPIC", "-Wl,-Bsymbolic"] },
  "no-libc.so": { compiler: "gcc", flags: ["-shared", "-fPIC", "-nostdlib"] },
  "musl-library.so": { compiler: "musl-gcc", flags: ["-shared", "-fPIC"] },
  "static-library.so": { make: (path) => writeFileSync(path, `!<arch>\n${"x".repeat(100)}`) },
  "missing-needed.so": { make: missingNeeded },
  "newer-libc.so": { make: newerLibc },
  "undefined-symbol.so": {
    compiler: "gcc",
    flags: ["-shared", "-fPIC"],
    code: "int absent(void);\nint use(void) { return absent(); }\n",
  },
  "undefined-variable.so": {
    compiler: "gcc",
    flags: ["-shared", "-fPIC"],
    code: "extern int absent;\nint *use(void) { return &absent; }\n",
  },
  "undefined-weak.so": {
    compiler: "gcc",
    flags: ["-shared", "-fPIC"],
    code: "extern int absent __attribute__((weak));\nint *use(void) { return &absent; }\n",
  },
  "executable-stack.so": { compiler: "gcc", flags: ["-shared", "-fPIC", "-Wl,-z,execstack"] },
  "nodlopen.so": { compiler: "gcc", flags: ["-shared", "-fPIC", "-Wl,-z,nodlopen"] },
  "unreadable.so": { make: unreadable },
  "loop.so": { make: (path) => symlinkSync("loop.so", path) },
  "dangling.so": { make: (path) => symlinkSync("nowhere.so", path) },
  "symbolic-link.so": { make: (path, good) => symlinkSync(good, path) },
  "hard-link.so": { make: (path, good) => linkSync(good, path) },
  "copy.so": { make: (path, good) => copyFileSync(good, path) },
  "copy-plain.so": { base: "plain", make: (path, good) => copyFileSync(good, path) },
  "copy-refused.so": { base: "race-trimpath", make: (path, good) => copyFileSync(good, path) },
  "hard-link-refused.so": { base: "race-trimpath", make: (path, good) => linkSync(good, path) },
};

/**
 * @param {(size: number, bytes: Buffer) => number} sizeOf
 * @returns {Recipe}
 */
function cut(sizeOf) {
  return {
    make(path, good) {
      copyFileSync(good, path);
      const bytes = readFileSync(good);
      truncateSync(path, sizeOf(bytes.length, bytes));
    },
  };
}

/**
 * Returns the offset at which the last loaded segment of a little-endian ELF64 file ends.
 *
 * @param {Buffer} bytes
 */
function loadedEnd(bytes) {
  const table = Number(bytes.readBigUInt64LE(32));
  const ends = Array.from({ length: bytes.readUInt16LE(56) }, (_, at) => table + at * 56)
    .filter((at) => bytes.readUInt32LE(at) === 1)
    .map((at) => Number(bytes.readBigUInt64LE(at + 8) + bytes.readBigUInt64LE(at + 32)));
  return Math.max(...ends);
}

/**
 * @param {number} offset
 * @param {readonly number[]} bytes
 * @returns {Recipe}
 */
function patched(offset, bytes) {
  return {
    make(path, good) {
      const content = readFileSync(good);
      content.set(bytes, offset);
      writeFileSync(path, content);
    },
  };
}

/**
 * @param {string} compiler
 * @param {readonly string[]} flags
 * @param {string} code
 * @param {string} path
 */
async function compile(compiler, flags, code, path) {
  const source = `${path}.c`;
  writeFileSync(source, code);
  const done = await runCommand(compiler, [...flags, "-o", path, source], { limit: 60_000 });
  rmSync(source);
  if (done.code !== 0) throw new Error(done.stderr.trim() || `${compiler} failed`);
}

/** @param {string} path */
async function missingNeeded(path) {
  const absent = `${path}.libabsent.so`;
  await compile("gcc", ["-shared", "-fPIC", "-Wl,-soname,libabsent.so.1"], library, absent);
  await compile(
    "gcc",
    ["-shared", "-fPIC", "-Wl,--no-as-needed", absent],
    "int answer(void);\nint use(void) { return answer(); }\n",
    path,
  );
  rmSync(absent);
}

/**
 * @param {string} path
 * @param {string} good
 */
function unreadable(path, good) {
  if (process.getuid?.() === 0) throw new Error("root can read every file");
  copyFileSync(good, path);
  chmodSync(path, 0);
}

/**
 * Makes the file require a symbol version that no C library has.
 *
 * @param {string} path
 */
async function newerLibc(path) {
  await compile("gcc", ["-shared", "-fPIC"], "#include <stdlib.h>\nvoid *use(void) { return malloc(1); }\n", path);
  const bytes = readFileSync(path);
  const [from, to] = ["GLIBC_2.2.5\0", "GLIBC_2.9.9\0"];
  const at = bytes.indexOf(from);
  if (at < 0) throw new Error(`no ${from} in ${path}`);
  bytes.write(to, at, "latin1");
  const hash = bytes.indexOf(Buffer.from([0x75, 0x1a, 0x69, 0x09]));
  if (hash < 0) throw new Error("no hash of GLIBC_2.2.5");
  bytes.writeUInt32LE(elfHash("GLIBC_2.9.9"), hash);
  writeFileSync(path, bytes);
}

/** @param {string} name */
function elfHash(name) {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = (hash << 4) + byte;
    const high = hash & 0xf0000000;
    if (high !== 0) hash ^= high >>> 24;
    hash &= ~high;
  }
  return hash >>> 0;
}

/**
 * Makes them from good plugins in `folder`, which is emptied first. Returns `[{ name, file }]`, and why some could not be made.
 *
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} plugins
 */
export async function makeOddFiles(folder, plugins) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  /** @type {PluginFile[]} */
  const made = [];
  /** @type {{ name: string; reason: string }[]} */
  const skipped = [];
  for (const [name, recipe] of Object.entries(odd)) {
    const file = join(folder, name);
    const good = plugins.get(recipe.base ?? "trimpath");
    try {
      if (recipe.compiler !== undefined)
        await compile(recipe.compiler, recipe.flags ?? [], recipe.code ?? library, file);
      else if (recipe.make !== undefined) {
        if (good === undefined || !existsSync(good)) throw new Error(`no plugin ${recipe.base} to make it from`);
        await recipe.make(file, good);
      }
      made.push({ name, file });
    } catch (error) {
      skipped.push({ name, reason: /** @type {Error} */ (error).message });
    }
  }
  return { made, skipped };
}
