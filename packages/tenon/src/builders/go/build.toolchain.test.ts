import { existsSync, readdirSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { GoLab, smallHost } from "./fixtures/go-lab.mjs";

const { describe, test } = needs(missing.goPlugins());

const minutes = 60_000;
const lib = { imports: ["example.com/lib"], requires: ["example.com/lib v1.0.0"] };
const api = { imports: ["example.com/host/api"], requires: ["example.com/host v1.0.0"] };

let lab: GoLab;
let trimmed: string;
let plain: string;

beforeAll(async () => {
  lab = new GoLab();
  lab.hostFolder("host");
  trimmed = await lab.host("host", "host.trimmed", "-trimpath");
  plain = await lab.host("host", "host.plain");
}, 10 * minutes);
afterAll(() => lab.remove());

describe.each(["trimmed", "plain"])("a plugin for a %s host", (kind) => {
  const host = () => (kind === "trimmed" ? trimmed : plain);

  test("gets the host's flags and versions, and opens", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin(`simple-${kind}`, "lib.Version", lib);
    const before = [lab.read(`simple-${kind}`, "go.mod"), readdirSync(folder)];
    const made = await lab.build(host(), folder, `simple-${kind}.so`);
    expect(made.verdict?.outcome).toBe("opens");
    expect(made.command.words.includes("-trimpath")).toBe(kind === "trimmed");
    expect(await lab.open(host(), `simple-${kind}.so`)).toMatchObject({ result: "v1.0.0" });
    expect([lab.read(`simple-${kind}`, "go.mod"), readdirSync(folder)]).toEqual(before);
  });

  test("may use the host's own module, published or replaced", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin(`own-${kind}`, "api.Count.Add()", api);
    await lab.build(host(), folder, `own-${kind}.so`);
    // The host has counted 1: the plugin's package is the host's.
    expect(await lab.open(host(), `own-${kind}.so`)).toMatchObject({ result: "2" });
    lab.copy("host", `elsewhere-${kind}`);
    const replaced = lab.plugin(`replaced-${kind}`, "api.Count.Add(), native.Twice(21), native.Make()", {
      imports: ["example.com/host/api", "example.com/host/native"],
      requires: ["example.com/host v0.0.0"],
      more: `replace example.com/host => ../elsewhere-${kind}\n`,
    });
    await lab.build(host(), replaced, `replaced-${kind}.so`);
    expect(await lab.open(host(), `replaced-${kind}.so`)).toMatchObject({ result: "2 42 {1 0}" });
  });

  test("may use packages with cgo of the host's module", { timeout: 3 * minutes }, async () => {
    const files = {
      "main.go": lab
        .read("host", "main.go")
        .replace('"example.com/lib"', '"example.com/lib"\n\t_ "example.com/host/native"'),
    };
    lab.hostFolder(`cgo-${kind}`, files);
    const program = await lab.host(`cgo-${kind}`, `cgo.${kind}`, ...(kind === "trimmed" ? ["-trimpath"] : []));
    lab.copy(`cgo-${kind}`, `cgo-copy-${kind}`);
    const folder = lab.plugin(`native-${kind}`, "native.Twice(21), native.Make()", {
      imports: ["example.com/host/native"],
      requires: ["example.com/host v1.0.0"],
      more: `replace example.com/host => ../cgo-copy-${kind}\n`,
    });
    const made = await lab.build(program, folder, `native-${kind}.so`);
    expect(made.paths).toEqual([expect.objectContaining({ pattern: "example.com/host/...", hasCgo: true })]);
    expect(await lab.open(program, `native-${kind}.so`)).toMatchObject({ result: "42 {1 0}" });
  });
});

test("modules in another module cache are compiled as if they were in the host's", {
  timeout: 2 * minutes,
}, async () => {
  const folder = lab.plugin("other-cache", "lib.Version", lib);
  const environment = { ...lab.environment, GOMODCACHE: lab.path("mod-elsewhere") };
  const made = await lab.build(plain, folder, "other-cache.so", { environment });
  expect(made.paths).toEqual([
    {
      pattern: "example.com/lib/...",
      from: lab.path("mod-elsewhere", "example.com", "lib@v1.0.0"),
      to: lab.path("mod", "example.com", "lib@v1.0.0"),
      hasCgo: false,
    },
  ]);
  expect(await lab.open(plain, "other-cache.so")).toMatchObject({ result: "v1.0.0" });
});

test("vendored packages are compiled as in the host's vendor folder", { timeout: 3 * minutes }, async () => {
  lab.hostFolder("vendored");
  await lab.go("vendored", "mod", "tidy");
  await lab.go("vendored", "mod", "vendor");
  await lab.go("vendored", "build", "-o", lab.path("host.vendored"), ".");
  const folder = lab.plugin("of-vendored", "lib.Version", lib);
  await lab.build(lab.path("host.vendored"), folder, "of-vendored.so");
  expect(await lab.open(lab.path("host.vendored"), "of-vendored.so")).toMatchObject({ result: "v1.0.0" });
});

test("versions are raised to the host's, and a module with capital letters is found", {
  timeout: 3 * minutes,
}, async () => {
  lab.hostFolder("newer", {
    "go.mod":
      "module example.com/host\n\ngo 1.19\n\nrequire (\n\texample.com/lib v1.1.0\n\texample.com/Dep v1.2.0\n)\n",
    "dep.go": 'package main\n\nimport dep "example.com/Dep"\n\nvar _ = dep.Lib()\n',
  });
  const host = await lab.host("newer", "host.newer");
  const folder = lab.plugin("older", "lib.Version, dep.Lib()", {
    imports: ["example.com/lib", "example.com/Dep"],
    requires: ["example.com/lib v1.0.0", "example.com/Dep v1.0.0"],
  });
  const environment = { ...lab.environment, GOMODCACHE: lab.path("mod-elsewhere") };
  const steps: string[] = [];
  const made = await lab.build(host, folder, "older.so", { environment, progress: (step) => steps.push(step) });
  expect(steps).toEqual(
    expect.arrayContaining([
      "choosing module versions",
      "downloading example.com/Dep v1.2.0",
      "compiling example.com/Dep",
      "verifying",
    ]),
  );
  expect(made.pins).toContainEqual({ path: "example.com/lib", version: "v1.1.0", instead: "v1.0.0" });
  expect(made.paths.map(({ pattern }) => pattern).sort()).toEqual(["example.com/Dep/...", "example.com/lib/..."]);
  expect(await lab.open(host, "older.so")).toMatchObject({ result: "v1.1.0 v1.1.0" });
});

test("the host's replacements apply", { timeout: 3 * minutes }, async () => {
  const host = (by: string) => `${lab.read("host", "go.mod")}\nreplace example.com/lib => ${by}\n`;
  lab.hostFolder("forked", { "go.mod": host("example.com/fork v1.0.5") });
  const forked = await lab.host("forked", "host.forked", "-trimpath");
  const folder = lab.plugin("of-forked", "lib.Version", lib);
  await lab.build(forked, folder, "of-forked.so");
  expect(await lab.open(forked, "of-forked.so")).toMatchObject({ result: "v1.0.5-fork" });

  lab.copy("mod/example.com/lib@v1.1.0", "local-lib");
  lab.write("local-lib", { "lib.go": lab.read("local-lib", "lib.go").replace("v1.1.0", "local") });
  lab.hostFolder("local", { "go.mod": host("../local-lib") });
  const local = await lab.host("local", "host.local", "-trimpath");
  await lab.build(local, folder, "of-local.so", { hostSource: lab.path("local") });
  expect(await lab.open(local, "of-local.so")).toMatchObject({ result: "local" });
});

test("a plugin in the host's module needs no further options", { timeout: 2 * minutes }, async () => {
  lab.write("host", {
    "plugins/inner/main.go":
      'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/host/api"\n)\n\nfunc Run() string { return fmt.Sprint(api.Count.Add()) }\n',
  });
  await lab.build(trimmed, lab.path("host", "plugins", "inner"), "inner.so");
  expect(await lab.open(trimmed, "inner.so")).toMatchObject({ result: "2" });
});

test("modules of the author's workspace are used", { timeout: 2 * minutes }, async () => {
  lab.write("space/shared", {
    "go.mod": "module example.com/shared\n\ngo 1.19\n",
    "s.go": 'package shared\n\nconst Word = "shared"\n',
  });
  lab.plugin("space/inner", "shared.Word", { imports: ["example.com/shared"], requires: [] });
  lab.write("space", { "go.work": "go 1.19\n\nuse (\n\t./inner\n\t./shared\n)\n" });
  await lab.build(trimmed, lab.path("space", "inner"), "space.so");
  expect(await lab.open(trimmed, "space.so")).toMatchObject({ result: "shared" });
});

describe("flags", () => {
  test.each<[string, string[], string]>([
    ["-gcflags=all=-N -l", ["-gcflags=all=-N -l"], "v1.0.0 plain"],
    ["-tags", ["-tags=special,netgo", "-trimpath"], "v1.0.0 special"],
    ["-race", ["-race"], "v1.0.0 plain"],
  ])("%s is used", { timeout: 8 * minutes }, async (name, flags, result) => {
    const file = `host${name.replaceAll(/\W/g, "")}`;
    lab.hostFolder(`${file}-source`, {
      ...smallHost,
      "tagged.go": 'package main\n\nimport "example.com/lib/more"\n\nvar _ = more.Tagged()\n',
    });
    const host = await lab.host(`${file}-source`, file, ...flags);
    const folder = lab.plugin(`of-${file}`, "lib.Version, more.Tagged()", {
      imports: ["example.com/lib", "example.com/lib/more"],
      requires: ["example.com/lib v1.0.0"],
    });
    // Uses all of the host's flags together with path rules.
    const environment = { ...lab.environment, GOMODCACHE: lab.path("mod-elsewhere") };
    await lab.build(host, folder, `${file}.so`, { environment });
    expect(await lab.open(host, `${file}.so`)).toMatchObject({ result });
  });
});

describe("nothing is written for", () => {
  test("a newer version of a module, and the conflict names who requires it", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin("conflict", "lib.Version, dep.Lib()", {
      imports: ["example.com/lib", "example.com/Dep"],
      requires: ["example.com/lib v1.0.0", "example.com/Dep v1.2.0"],
    });
    const building = lab.build(trimmed, folder, "conflict.so");
    await expect(building).rejects.toMatchObject({
      code: "TENON_GO_CONFLICT",
      message:
        "example.com/lib: host has v1.0.0 (required by example.com/host), plugin needs v1.1.0 (required by example.com/Dep@v1.2.0)",
    });
    const own = lab.plugin("conflict-own", "lib.Version", { ...lib, requires: ["example.com/lib v1.1.0"] });
    await expect(lab.build(trimmed, own, "conflict.so")).rejects.toMatchObject({
      code: "TENON_GO_CONFLICT",
      message: expect.stringContaining("plugin needs v1.1.0 (required by example.com/conflict-own)"),
      fix: { command: expect.stringContaining("go get example.com/lib@v1.0.0") },
    });
    expect(existsSync(lab.path("conflict.so"))).toBe(false);
  });

  test("a different source of the host's module", { timeout: 2 * minutes }, async () => {
    lab.hostFolder("changed", { "api/api.go": `${lab.read("host", "api", "api.go")}\nfunc More() int { return 1 }\n` });
    const folder = lab.plugin("of-changed", "api.More()", { ...api, more: "replace example.com/host => ../changed\n" });
    await expect(lab.build(trimmed, folder, "changed.so")).rejects.toMatchObject({
      code: "TENON_GO_HOST_SOURCE",
      message: expect.stringContaining("example.com/host/api"),
      subject: "example.com/host/api",
    });
    expect(readdirSync(lab.folder).filter((name) => name.includes("changed.so"))).toEqual([]);
    await lab.build(
      trimmed,
      lab.plugin("of-named", "api.Count.Add()", { ...api, more: "replace example.com/host => ../changed\n" }),
      "named.so",
      {
        hostSource: lab.path("host"),
      },
    );
    expect(await lab.open(trimmed, "named.so")).toMatchObject({ result: "2" });
  });

  test("a version with different content", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin("tampered", "lib.Version", lib);
    lab.write("tampered", { "go.sum": "example.com/lib v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" });
    await expect(lab.build(trimmed, folder, "tampered.so")).rejects.toMatchObject({
      code: "TENON_GO_SUM",
      subject: "example.com/lib@v1.0.0",
    });
  });

  test("source that does not compile, with file and line", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin("broken", "nothing.Here", {});
    const before = lab.read("broken", "go.mod");
    await expect(lab.build(trimmed, folder, "broken.so")).rejects.toMatchObject({
      code: "TENON_GO_BUILD_FAILED",
      message: expect.stringMatching(/main\.go:9:\d+: undefined: nothing/),
    });
    expect(lab.read("broken", "go.mod")).toBe(before);
    expect(existsSync(lab.path("broken.so"))).toBe(false);
  });

  test.each<[string, Record<string, string>, string]>([
    ["no module", { "main.go": "package main\n" }, "TENON_GO_MODULE_MISSING"],
    ["no source", { "go.mod": "module example.com/x\n" }, "TENON_GO_NO_SOURCE"],
    ["no main package", { "go.mod": "module example.com/x\n", "x.go": "package x\n" }, "TENON_GO_NOT_MAIN"],
    [
      "no such module",
      {
        "go.mod": "module example.com/x\n\ngo 1.19\n\nrequire example.com/none v1.0.0\n",
        "x.go": 'package main\n\nimport _ "example.com/none"\n',
      },
      "TENON_GO_MODULE_UNAVAILABLE",
    ],
    [
      "a newer Go",
      { "go.mod": "module example.com/x\n\ngo 1.99\n", "x.go": "package main\n" },
      "TENON_GO_NEWER_LANGUAGE",
    ],
  ])("%s", { timeout: minutes }, async (what, files, code) => {
    const folder = lab.write(`bad-${what.replaceAll(" ", "-")}`, files);
    await expect(lab.build(trimmed, folder, "bad.so")).rejects.toMatchObject({ code });
  });

  test("a build that is cancelled", { timeout: 2 * minutes }, async () => {
    const folder = lab.plugin("cancelled", "lib.Version", lib);
    lab.write("cancelled", { "go.sum": "" });
    const controller = new AbortController();
    const building = lab.build(trimmed, folder, "cancelled.so", {
      signal: controller.signal,
      progress: (doing) => doing.startsWith("compiling") && controller.abort(),
    });
    await expect(building).rejects.toMatchObject({ code: "TENON_GO_BUILD_STOPPED" });
    expect(readdirSync(lab.folder).filter((name) => name.includes("cancelled.so"))).toEqual([]);
    expect(lab.read("cancelled", "go.sum")).toBe("");
  });

  test("a dry run", { timeout: minutes }, async () => {
    const folder = lab.plugin("dry", "api.Count.Add()", api);
    const made = await lab.build(trimmed, folder, "dry.so", { dryRun: true });
    expect(made.output).toBeUndefined();
    expect(made.command.words).toEqual(expect.arrayContaining(["build", "-buildmode=plugin", "-trimpath"]));
    expect(made.command.moduleFile).toContain("example.com/host v1.0.0");
    expect(existsSync(lab.path("dry.so"))).toBe(false);
  });
});
