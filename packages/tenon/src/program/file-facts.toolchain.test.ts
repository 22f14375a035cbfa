import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../presets/index.js";
import type { FileFacts } from "../runtime/index.js";
import { compileC } from "./fixtures/compile-c.mjs";
import { readFileFacts } from "./index.js";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tenon-facts-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const factsOf = (path: string): Promise<FileFacts> => readFileFacts(path, readFileSync(path).subarray(0, 4096));

test("a script names its interpreter", async () => {
  const path = join(folder(), "plugin");
  writeFileSync(path, "#!/usr/bin/env python3 -u\r\nprint(1)\n");
  expect(await factsOf(path)).toMatchObject({
    kind: "script",
    name: "a script for /usr/bin/env python3 -u",
    interpreter: "/usr/bin/env python3 -u",
  });
});

test("Node is a program of its platform; half of its bytes are damaged", async () => {
  const facts = await factsOf(process.execPath);
  expect(facts).toMatchObject({ kind: "program", name: "a program" });
  const path = join(folder(), "half");
  writeFileSync(path, Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(100)]));
  expect(await factsOf(path)).toMatchObject({ kind: "damaged", name: expect.stringContaining("which is damaged") });
});

needs(missing.c()).test("a library has exports and the libraries that it needs", async () => {
  const path = compileC(
    folder(),
    "lib.so",
    "#include <stdlib.h>\nint add(int a, int b) { return a + abs(b) + rand(); }\n",
    ["-shared", "-fPIC"],
  );
  expect(await factsOf(path)).toMatchObject({
    kind: "shared-library",
    exports: expect.arrayContaining(["add"]),
    libraries: expect.arrayContaining(["libc.so.6"]),
    platform: { os: "linux" },
  });
});

needs(missing.go()).test("a program that is built with go-plugin says so, and open() names it", async () => {
  const inside = folder();
  // A module of the same name, so that nothing is downloaded.
  mkdirSync(join(inside, "go-plugin"));
  const files = {
    "go.mod":
      "module example.com/server\n\ngo 1.21\n\nrequire github.com/hashicorp/go-plugin v1.7.0\n\nreplace github.com/hashicorp/go-plugin => ./go-plugin\n",
    "main.go": 'package main\n\nimport "github.com/hashicorp/go-plugin"\n\nfunc main() { plugin.Serve() }\n',
    "go-plugin/go.mod": "module github.com/hashicorp/go-plugin\n\ngo 1.21\n",
    "go-plugin/serve.go": "package plugin\n\n//go:noinline\nfunc Serve() {}\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(inside, name), text);
  const path = join(inside, "server");
  execFileSync("go", ["build", "-o", path, "."], {
    cwd: inside,
    env: { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off" },
  });
  expect(await factsOf(path)).toMatchObject({
    kind: "go-program",
    name: "a Go program that is built with github.com/hashicorp/go-plugin v1.7.0",
    go: { modules: [{ path: "github.com/hashicorp/go-plugin", version: "v1.7.0" }], usesPlugins: false },
  });
  await using host = createHost();
  await expect(host.open(path)).rejects.toMatchObject({
    code: "TENON_ARTIFACT_UNKNOWN",
    message: expect.stringContaining("github.com/hashicorp/go-plugin v1.7.0, and no runtime of this host opens it"),
    fix: { command: `tenon inspect ${path}` },
  });
});

test("a runtime recognises by the facts of a folder's entry, which are read once", async () => {
  const inside = folder();
  writeFileSync(join(inside, "run"), "#!/bin/sh\nexit 0\n");
  chmodSync(join(inside, "run"), 0o755);
  writeFileSync(join(inside, "tenon.json"), JSON.stringify({ entry: "run" }));
  const seen: unknown[] = [];
  await using host = createHost({
    runtimes: [
      {
        name: "sh",
        module: "data:text/javascript,",
        offers: () => true,
        async recognise(artifact) {
          seen.push(await artifact.facts?.(), await artifact.facts?.());
          const { interpreter } = (await artifact.facts?.()) ?? {};
          return interpreter === "/bin/sh" ? { confidence: 2, description: "shell script" } : undefined;
        },
        check: async () => [],
        prepare: async () => ({ path: inside, fingerprint: "x", payload: undefined }),
        load: () => Promise.reject(new Error("not loaded here")),
      },
    ],
  });
  expect((await host.check(inside)).description).toBe("shell script");
  expect(seen[0]).toBe(seen[1]);
});
