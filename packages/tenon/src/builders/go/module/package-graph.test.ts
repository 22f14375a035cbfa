import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { belongsToBuild } from "./build-constraints.js";
import { readPackageGraph } from "./package-graph.js";
import { readSourceFile } from "./source-file.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-graph-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

describe("which files belong to a build", () => {
  it.each([
    ["a.go", "package main", true],
    ["a_test.go", "package main", false],
    ["a_linux.go", "package main", false],
    ["a_wasip1.go", "package main", true],
    ["a_wasip1_wasm.go", "package main", true],
    ["a_js_wasm.go", "package main", false],
    ["a_amd64.go", "package main", false],
    ["linux.go", "package main", true],
    ["_a.go", "package main", false],
    ["a_amd64.s", "", false],
    ["a_wasm.s", "", true],
    ["a.s", "//go:build !wasm\n\nTEXT", false],
    ["a.go", "// +build linux wasm,!js\n\npackage main", true],
    ["a.go", "// +build linux wasm\n// +build ignore\n\npackage main", false],
    ["a.go", "//go:build wasip1\n// +build linux\n\npackage main", true],
    ["a.go", "//go:build linux || wasip1\n\npackage main", true],
    ["a.go", "//go:build !wasm\npackage main", false],
    ["a.go", "// Copyright\n\n//go:build (linux && amd64) || (wasm && !js)\n\npackage main", true],
    ["a.go", "//go:build go1.99\npackage main", false],
    ["a.go", "//go:build go1.21\npackage main", true],
    ["a.go", "//go:build ignore\npackage main", false],
    ["a.go", "package main\n//go:build ignore\n", true],
  ])("%s with %j: %s", (name, source, expected) => {
    expect(belongsToBuild(name, source, 26)).toBe(expected);
  });
});

describe("what a file declares", () => {
  it("is found with its line", () => {
    const source = [
      "package main",
      'import "fmt"',
      "type Plugin struct{ a, b int }",
      "type (",
      "\tFirst struct {",
      "\t\tInner int",
      "\t}",
      "\tSecond[T any] []T",
      ")",
      "func (p *Plugin) Greet(name string) string { type local int; return fmt.Sprint(name) }",
      "func (s Second[T]) Length() int { return len(s) }",
      "func main() {}",
    ].join("\n");
    const { declared, imports } = readSourceFile("a.go", source);
    expect(Object.fromEntries(declared)).toEqual({
      Plugin: 3,
      First: 5,
      Second: 8,
      "Plugin.Greet": 10,
      "Second.Length": 11,
      main: 12,
    });
    expect(imports).toEqual(["fmt"]);
  });
});

describe("the packages of a plugin", () => {
  it("are in its module, in vendor and in replaced modules, each after the packages that it imports", async () => {
    await write({
      "go.mod":
        "module example.com/plugin\n\ngo 1.24.0\n\nrequire example.com/other v1.0.0\n\nreplace example.com/other => ./other\n",
      "main.go": 'package main\n\nimport (\n\t"example.com/plugin/inner"\n\t"fmt"\n)\n',
      "inner/inner.go": 'package inner\n\nimport (\n\t_ "example.com/other/deep"\n\t_ "example.org/vendored"\n)\n',
      "other/go.mod": "module example.com/other\n\ngo 1.22\n",
      "other/deep/deep.go": 'package deep\n\nimport "strings"\n',
      "vendor/example.org/vendored/v.go": "package vendored\n",
    });
    const graph = await readPackageGraph(folder, 26);
    expect(graph.packages.map(({ path, language }) => [path, language])).toEqual([
      ["example.com/other/deep", "1.22"],
      ["example.org/vendored", undefined],
      ["example.com/plugin/inner", "1.24.0"],
      ["main", "1.24.0"],
    ]);
    expect(graph.standard).toEqual(["fmt", "strings"]);
  });

  it("need no go.mod", async () => {
    await write({ "main.go": 'package main\n\nimport "fmt"\n' });
    const graph = await readPackageGraph(folder, 26);
    expect(graph.packages.map(({ path }) => path)).toEqual(["main"]);
  });

  it("that cannot be found are reported at their import", async () => {
    await write({
      "go.mod": "module example.com/plugin\n",
      "main.go": 'package main\n\nimport "example.com/absent"\n',
    });
    await expect(readPackageGraph(folder, 26)).rejects.toMatchObject({
      code: "TENON_SOURCE_INVALID",
      message: expect.stringMatching(
        /main\.go:3:8: package "example\.com\/absent" is not in .*\n {2}import "example\.com\/absent"\n {9}\^$/,
      ),
    });
  });

  it("that import each other, or C, are rejected", async () => {
    await write({
      "go.mod": "module p\n",
      "main.go": 'package main\n\nimport "p/a"\n',
      "a/a.go": 'package a\n\nimport "p/b"\n',
      "b/b.go": 'package b\n\nimport "p/a"\n',
    });
    await expect(readPackageGraph(folder, 26)).rejects.toMatchObject({
      message: expect.stringContaining("import cycle"),
    });
    await write({ "main.go": 'package main\n\nimport "C"\n' });
    await expect(readPackageGraph(folder, 26)).rejects.toMatchObject({
      message: expect.stringContaining("cgo is not available"),
    });
  });
});
