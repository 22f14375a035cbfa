import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { packer, readBinary, readImage, recognise } from "./index.js";
import { component, module } from "./testing/assembler.mjs";
import { joined } from "./testing/fat-file.mjs";
import { buildGo, goProgram } from "./testing/go-build.mjs";

const { describe, test } = needs(missing.go());

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** The beginning of a file: what readers of whole folders have at hand. */
const head = (bytes: Uint8Array) => bytes.subarray(0, 4096);

const linux = ["amd64", "386", "arm", "arm64", "mips", "ppc64", "s390x", "riscv64", "loong64"].map(
  (arch) => `linux/${arch}`,
);
const targets = [
  ...linux,
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
  "windows/386",
  "windows/arm64",
  "wasip1/wasm",
  "js/wasm",
];

describe.each(targets)("a program that Go built for %s", (target) => {
  const [os, arch] = target.split("/");
  const format = { darwin: "mach-o", windows: "pe", wasip1: "wasm-module", js: "wasm-module" }[os ?? ""] ?? "elf";

  test("is recognised, is not packed, and says where it runs", { timeout: 120_000 }, () => {
    const bytes = goProgram(target);
    expect(recognise(head(bytes)).format).toBe(format);
    expect(readBinary(bytes).format).toBe(format);
    const image = readImage(bytes);
    expect(image?.platform).toEqual({ os, arch });
    expect(packer(bytes)).toBeUndefined();
  });

  test("has its build information in the image", { timeout: 120_000 }, () => {
    const image = readImage(goProgram(target));
    const isThere = image?.segments.some(({ offset, fileSize }) =>
      Buffer.from(image.bytes.subarray(offset, offset + fileSize)).includes("tenon.test/hello"),
    );
    expect(isThere).toBe(true);
  });
});

test.each([
  ["empty", new Uint8Array()],
  ["script", bytesOf("#!/usr/bin/env node\nconsole.log(1)\n")],
  ["text", bytesOf("package main\n\n// Grüße\n")],
  ["text", bytesOf("Grüße").subarray(0, 4)],
  ["archive", gzipSync("x")],
  ["archive", bytesOf("PK\x03\x04rest")],
  ["archive", bytesOf("!<arch>\nlib.o/          ")],
  ["archive", new Uint8Array([...new Uint8Array(257), ...bytesOf("ustar\0")])],
  ["go-archive", bytesOf("!<arch>\n__.PKGDEF       0           0     0     644     7955      `\n")],
  ["go-object", bytesOf("go object linux amd64 go1.26.8\n")],
  ["go-object", bytesOf("\0go120ld")],
  ["llvm-bitcode", new Uint8Array([0x42, 0x43, 0xc0, 0xde, 0x35])],
  ["java-class", new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, 12])],
  ["core-dump", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 62, 0])],
  ["core-dump", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 22])],
  ["dos", new Uint8Array([0x4d, 0x5a, ...new Uint8Array(80)])],
  ["wasm-module", module()],
  ["wasm-component", component()],
  ["unknown", new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])],
])("recognised as %s", (format, bytes) => {
  expect(recognise(bytes).format).toBe(format);
});

test("fat files and Java class files are distinguished", () => {
  const fat = joined([goProgram("darwin/amd64")], false);
  expect(recognise(head(fat)).format).toBe("mach-o-fat");
  expect(readBinary(fat).format).toBe("mach-o");
});

test("a file that is not a program is named", () => {
  expect(() => readBinary(bytesOf("#!/bin/sh\n"))).toThrow(
    expect.objectContaining({
      code: "TENON_BINARY_UNKNOWN",
      message: "the file is a script for /bin/sh, not a program",
    }),
  );
  const core = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 62, 0]);
  expect(() => readBinary(core)).toThrow(expect.objectContaining({ code: "TENON_BINARY_CORE" }));
});

test("a file of any length is recognised as something", () => {
  const bytes = new Uint8Array(readFileSync(buildGo("windows/amd64")));
  for (let length = 0; length < 600; length++) expect(recognise(bytes.subarray(0, length)).name).not.toBe("");
});
