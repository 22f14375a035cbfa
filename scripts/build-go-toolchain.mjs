#!/usr/bin/env node
/**
 * Builds packages/go-toolchain/dist from the installed Go: its compiler and linker for wasip1/wasm, and the standard
 * library's archives, each compressed by itself so that a build unpacks only what a plugin imports. The result is kept
 * for other clones, until Go or this script changes.
 *
 * Usage: node scripts/build-go-toolchain.mjs [--fast]     --fast compresses less, in a tenth of the time
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { cached } from "../packages/fixtures/src/cache-folder.mjs";
import { contentKey } from "../packages/fixtures/src/content-key.mjs";

const isFast = process.argv.includes("--fast");
const output = fileURLToPath(new URL("../packages/go-toolchain/dist/", import.meta.url));
const environment = {
  ...process.env,
  GOOS: "wasip1",
  GOARCH: "wasm",
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOFLAGS: "",
  GOWORK: "off",
  GOEXPERIMENT: "",
};

build();

function build() {
  const release = go("env", "GOVERSION").trim();
  const root = go("env", "GOROOT").trim();
  const key = contentKey(
    fileURLToPath(new URL(".", import.meta.url)),
    ["build-go-toolchain.mjs"],
    [go("version"), String(isFast)],
  );
  const kept = cached("go-toolchain", key);
  if (existsSync(kept)) {
    const isCurrent = existsSync(join(output, ".key")) && readFileSync(join(output, ".key"), "utf8") === key;
    if (!isCurrent) {
      rmSync(output, { recursive: true, force: true });
      cpSync(kept, output, { recursive: true });
    }
    console.log(`packages/go-toolchain/dist: cached (built from ${release})`);
    return;
  }
  const work = mkdtempSync(join(tmpdir(), "tenon-go-toolchain-"));
  try {
    console.log(`building from ${release}`);
    rmSync(output, { recursive: true, force: true });
    mkdirSync(join(output, "std"), { recursive: true });
    /** @type {Record<string, { file: string; hash: string }>} */
    const tools = {};
    for (const tool of ["compile", "link"]) {
      const file = join(work, `${tool}.wasm`);
      go("build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", file, `cmd/${tool}`);
      const name = `${tool}.wasm.br`;
      tools[tool] = { file: name, hash: pack(file, join(output, name)) };
    }
    const format = '{{.ImportPath}}\t{{.Export}}\t{{join .Imports " "}}';
    /** @type {Record<string, { file: string; hash: string; imports: string[] }>} */
    const packages = {};
    for (const line of go("list", "-export", "-trimpath", "-f", format, "std").trim().split("\n")) {
      const [path = "", file = "", imports = ""] = line.split("\t");
      if (file === "") continue;
      const name = `std/${path.replaceAll("/", "!")}.a.br`;
      const hash = pack(file, join(output, name));
      const others = imports.split(" ").filter((item) => item !== "" && item !== "unsafe");
      packages[path] = { file: name, hash, imports: others };
    }
    if (existsSync(join(root, "LICENSE"))) copyFileSync(join(root, "LICENSE"), join(output, "LICENSE"));
    writeFileSync(join(output, "index.json"), JSON.stringify({ release, tools, packages }));
    writeFileSync(join(output, ".key"), key);
    const unfinished = `${kept}.${process.pid}`;
    cpSync(output, unfinished, { recursive: true });
    if (!existsSync(kept)) renameSync(unfinished, kept);
    console.log(`packages/go-toolchain/dist: ${Object.keys(packages).length} packages of the standard library`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string[]} words */
function go(...words) {
  return execFileSync("go", words, { env: environment, encoding: "utf8", maxBuffer: 1 << 28, cwd: tmpdir() });
}

/**
 * Returns the SHA-256 of the file before it was compressed.
 *
 * @param {string} from
 * @param {string} to
 */
function pack(from, to) {
  const bytes = readFileSync(from);
  const packed = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isFast ? 4 : 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(to, packed);
  return createHash("sha256").update(bytes).digest("hex");
}
