import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { describeHost, type HostRequirements } from "../host/requirements.js";
import { chooseCompiler } from "./c-compiler.js";
import { findToolchain } from "./find-toolchain.js";

const { test } = needs(missing.go());

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-go-toolchain-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

function required(goVersion: string, more: Partial<HostRequirements> = {}): HostRequirements {
  const settings = { GOOS: "linux", GOARCH: "amd64", CGO_ENABLED: "1" };
  const facts = { path: "server", goVersion, mainPackage: "m", modules: [], settings, files: () => [] };
  return { ...describeHost({ ...facts, filesOfPackage: () => [] }), ...more };
}

/** A folder with commands that answer as told. */
function commands(name: string, scripts: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [command, script] of Object.entries(scripts)) {
    writeFileSync(join(path, command), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, command), 0o755);
  }
  return path;
}

const answering = (version: string, root = "/none") =>
  `cat <<'EOF'\n{"GOVERSION": "${version}", "GOROOT": "${root}", "GOMODCACHE": "${folder}"}\nEOF`;

const search = (PATH: string, goVersion: string, download = true) =>
  findToolchain(required(goVersion), { environment: { PATH: `${PATH}:/usr/bin:/bin` }, signal, download });

test("the go on PATH is used if it is the host's release", async () => {
  const path = commands("same", { go: answering("go1.99.1-X:some", "/opt/go") });
  expect(await search(path, "go1.99.1")).toEqual({
    release: "go1.99.1",
    root: "/opt/go",
    go: "/opt/go/bin/go",
    origin: "path",
  });
});

test("another installation on the machine is used otherwise, here in the module cache", async () => {
  const root = join(folder, "golang.org", "toolchain@v0.0.1-go1.99.2.linux-amd64");
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "VERSION"), "go1.99.2\ntime 2026-01-01T00:00:00Z\n");
  symlinkSync("/bin/sh", join(root, "bin", "go"));
  const path = commands("machine", { go: answering("go1.99.1") });
  expect(await search(path, "go1.99.2")).toMatchObject({ root, origin: "machine" });
});

test("the go on PATH downloads the release otherwise", async () => {
  const root = join(folder, "downloaded");
  mkdirSync(root);
  writeFileSync(join(root, "VERSION"), "go1.99.3\n");
  const script = `if [ "$GOTOOLCHAIN" = go1.99.3 ]; then echo ${root}; else ${answering("go1.99.1")}\nfi`;
  const path = commands("download", { go: script });
  expect(await search(path, "go1.99.3")).toMatchObject({ root, origin: "download" });
  await expect(search(path, "go1.99.3", false)).rejects.toMatchObject({
    code: "TENON_GO_TOOLCHAIN_MISSING",
    message: expect.stringContaining("downloads are not allowed"),
  });
});

test.each<[string, string, string]>([
  ["a missing go command", "", "no go command on PATH"],
  ["a go command that cannot download", "go1.19.8", "only Go 1.21 or later"],
  ["a failed download", "go1.99.1", "could not download it"],
])("%s is reported with the missing release", async (name, version, message) => {
  const path = commands(name.replaceAll(" ", "-"), version === "" ? {} : { go: answering(version) });
  const searching = findToolchain(required("go1.98.7"), {
    environment: { PATH: `${path}:/bin` },
    signal,
    download: true,
  });
  await expect(searching).rejects.toMatchObject({
    code: "TENON_GO_TOOLCHAIN_MISSING",
    subject: "go1.98.7",
    message: expect.stringContaining(message),
    fix: { text: expect.stringContaining("go1.98.7") },
  });
});

test("a development version is only found on PATH", async () => {
  const version = "devel go1.99-4f2a3c1 Mon Nov 2 2026";
  const path = commands("devel", { go: answering(version, "/src/go") });
  expect(await search(path, version)).toMatchObject({ root: "/src/go" });
  await expect(search(path, "devel go1.99-0000000 Mon Nov 2 2026")).rejects.toMatchObject({
    code: "TENON_GO_TOOLCHAIN_MISSING",
    message: expect.stringContaining("development version"),
  });
});

test("the C compiler is chosen by processor and C library", async () => {
  const machine = { os: "linux", arch: "amd64", libc: "glibc" };
  const PATH = commands("compilers", {
    gcc: "",
    "musl-gcc": "",
    "aarch64-linux-gnu-gcc": "",
    "aarch64-linux-gnu-g++": "",
  });
  const choose = (more: Partial<HostRequirements>, environment: Record<string, string> = { PATH }) =>
    chooseCompiler(required("go1.99.1", more), environment, machine);
  expect(await choose({ libc: { kind: "glibc" } })).toEqual({});
  expect(await choose({ libc: { kind: "musl" } })).toEqual({ CC: "musl-gcc" });
  expect(await choose({ arch: "arm64", libc: { kind: "glibc" } })).toEqual({
    CC: "aarch64-linux-gnu-gcc",
    CXX: "aarch64-linux-gnu-g++",
  });
  expect(await choose({ arch: "s390x" }, { PATH, CC: "mine" })).toEqual({});
  await expect(choose({ arch: "arm64", libc: { kind: "musl" } })).rejects.toMatchObject({
    code: "TENON_GO_COMPILER_MISSING",
    message: expect.stringContaining("aarch64-linux-musl-gcc"),
  });
  await expect(choose({ os: "darwin", arch: "arm64" })).rejects.toMatchObject({ subject: "darwin/arm64" });
  await expect(choose({}, { PATH: "/nowhere" })).rejects.toMatchObject({ code: "TENON_GO_COMPILER_MISSING" });
});
