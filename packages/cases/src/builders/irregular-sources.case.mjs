// seconds: 300
// A source that is a named pipe, a device, or grows without end must not keep `check` and `inspect` from ending.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, done } from "../case.mjs";

const main = fileURLToPath(new URL("dist/cli/main.js", import.meta.resolve("tenon/package.json")));
const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
const wit = "package demo:adder@1.0.0;\nworld plugin {\n  export add: func(a: u32, b: u32) -> u32;\n}\n";

/** @type {Record<string, [source: string, files: Record<string, string>]>} */
const languages = {
  c: ["plugin.c", {}],
  go: ["main.go", { "go.mod": "module demo\n\ngo 1.24\n" }],
  rust: ["Cargo.toml", { "src/main.rs": "" }],
};
const kinds = {
  pipe: (/** @type {string} */ path) => execFileSync("mkfifo", [path]),
  device: (/** @type {string} */ path) => symlinkSync("/dev/zero", path),
};

for (const [language, [source, files]] of Object.entries(languages))
  for (const [kind, make] of Object.entries(kinds)) {
    const plugin = join(folder, `${language}-${kind}`);
    mkdirSync(join(plugin, "src"), { recursive: true });
    writeFileSync(join(plugin, "plugin.wit"), wit);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(plugin, name), text);
    make(join(plugin, source));
    for (const command of ["check", "inspect"]) {
      const { code, output } = await run([command, plugin, "--json"]);
      const text = `${code}, ${/TENON_[A-Z_]+/.exec(output)?.[0]}`;
      check(`${command} of ${language} with a ${kind}`, text, code !== "killed", "ends");
    }
  }

// A file that another program appends to while it is read.
const growing = join(folder, "growing");
mkdirSync(growing);
writeFileSync(join(growing, "plugin.wit"), wit);
const source = join(growing, "plugin.c");
writeFileSync(source, '#include "plugin.h"\nuint32_t plugin_add(uint32_t a, uint32_t b) { return a + b; }\n');
const writer = spawn("sh", ["-c", `while :; do printf '/* more */\\n' >> ${source}; done`]);
const { code } = await run(["check", growing]);
writer.kill("SIGKILL");
check("check of C that grows", `${code}`, code === 0, "ends and fits");

// Whatever a command waits for, a signal ends it: here, settings that are read from a pipe to which nobody writes.
execFileSync("mkfifo", [join(folder, "settings.json")]);
for (const [signal, shell] of /** @type {const} */ ([
  ["SIGTERM", 143],
  ["SIGINT", 130],
])) {
  const child = spawn(process.execPath, [
    main,
    "run",
    growing,
    "add",
    "1",
    "2",
    "--settings",
    `@${join(folder, "settings.json")}`,
  ]);
  child.stderr.resume();
  const pipe = await writerOf(join(folder, "settings.json"));
  const began = performance.now();
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const [code, name] = await once(child, "close");
  clearTimeout(timer);
  closeSync(pipe);
  const seconds = (performance.now() - began) / 1000;
  check(
    `${signal} while a file is opened`,
    `${name ?? code} after ${seconds.toFixed(1)} s`,
    code === shell || (name === signal && seconds < 4),
    "ends by it, within 2 s",
  );
}

// A build reads all files of a Rust package.
execFileSync("mkfifo", [join(folder, "rust-pipe", "src", "lib.rs")]);
rmSync(join(folder, "rust-pipe", "Cargo.toml"));
writeFileSync(
  join(folder, "rust-pipe", "Cargo.toml"),
  '[package]\nname = "demo"\nversion = "1.0.0"\n[lib]\ncrate-type = ["cdylib"]\n',
);
const built = await run(["build", join(folder, "rust-pipe"), "-o", join(folder, "rust.wasm"), "--json"]);
check(
  "build of rust with a pipe",
  `${built.code}, ${/TENON_[A-Z_]+/.exec(built.output)?.[0]}`,
  built.code !== "killed",
  "ends",
);

rmSync(folder, { recursive: true, force: true });
done();

/**
 * Opens a pipe for writing as soon as somebody waits for a writer. Writes nothing.
 *
 * @param {string} path
 */
async function writerOf(path) {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** @param {string[]} words */
async function run(words) {
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  return { code: signal === "SIGKILL" ? "killed" : code, output };
}
