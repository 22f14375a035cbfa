import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { beforeEach, expect, onTestFinished } from "vitest";
import { diagnoseGoModule } from "./diagnose.js";
import { isNewer } from "./environment-rules.js";
import { readScript } from "./script-rules.js";

const { describe, test } = needs(missing.go());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-go-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const well = {
  "go.mod": "module example.com/p\n\ngo 1.19\n",
  "main.go": "package main\n\nfunc Run() {}\n",
};

function write(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The findings on a plugin, as `severity CODE` without the codes' common beginning. */
async function findings(
  files: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
  within = ".",
) {
  const diagnosis = await diagnoseGoModule(join(write({ ...well, ...files }), within), {
    environment: { ...process.env, GOFLAGS: "-trimpath", GOENV: "off", ...environment },
  });
  return diagnosis.findings.map((item) => ({
    ...item,
    short: `${item.severity} ${item.code.slice("TENON_GO_DOCTOR_".length)}`,
  }));
}

test("a plugin without problems has no findings", async () => {
  expect(await findings({})).toEqual([]);
});

const init = (body: string, imports: string[] = [], more = "") =>
  `package main\n\nimport (\n${imports.map((item) => `\t${item}\n`).join("")})\n\nfunc Run() {}\n\nfunc init() {\n${body}\n}\n${more}`;

test.each<[string, Record<string, string>, string[]]>([
  ["exports nothing", { "main.go": "package main\n\nvar x = 1\n\nfunc (t T) Run() {}\n" }, ["warning NO_SYMBOLS"]],
  ["is not a main package", { "main.go": "package p\n\nfunc Run() {}\n" }, ["error NOT_MAIN"]],
  ["has a main that is never called", { "more.go": "package main\n\nfunc main() { Run() }\n" }, ["info MAIN_FUNCTION"]],
  ["has an unclosed bracket", { "more.go": "package main\n\nfunc f() {\n" }, ["error SYNTAX"]],
  ["exits the host", { "main.go": init("\tos.Exit(1)", ['"os"']) }, ["error INIT"]],
  ["exits the host with a renamed import", { "main.go": init("\tx.Fatalf(``)", ['x "log"']) }, ["error INIT"]],
  [
    "exits it in a function that init calls",
    { "main.go": init("\ta()", ['"log"'], "func a() { b() }\nfunc b() { log.Fatal(1) }\n") },
    ["error INIT"],
  ],
  [
    "registers twice",
    {
      "main.go": init("\thttp.Handle(``, nil)\n\tprometheus.MustRegister(x)", [
        '"net/http"',
        '"github.com/prometheus/client_golang/prometheus"',
      ]),
    },
    ["warning INIT", "warning INIT"],
  ],
  [
    "has flags",
    { "more.go": 'package main\n\nimport "flag"\n\nvar (\n\ta = 1\n\tb = flag.Bool("b", false, "")\n)\n' },
    ["warning INIT"],
  ],
  ["starts a goroutine", { "main.go": init("\tgo f()") }, ["warning INIT"]],
  ["exits it only when called", { "more.go": 'package main\n\nimport "os"\n\nfunc End() { os.Exit(1) }\n' }, []],
  [
    "calls something with the same name",
    { "main.go": init("\tos.Exit(1)\n\tx.panic(1)", ['os "example.com/p/os"']) },
    [],
  ],
  ["has the call in a comment", { "main.go": init('\t// os.Exit(1)\n\t_ = "log.Fatal()"', ['"os"', '"log"']) }, []],
  ["has a test that exits", { "x_test.go": init("\tos.Exit(1)", ['"os"']) }, []],
  [
    "replaces a module",
    {
      "go.mod": `${well["go.mod"]}\nreplace (\n\texample.com/a => ../a\n\texample.com/b v1.0.0 => example.com/c v1.0.1\n)\n`,
    },
    ["warning REPLACE", "warning REPLACE"],
  ],
  [
    "requires a commit",
    {
      "go.mod": `${well["go.mod"]}\nrequire (\n\texample.com/a v0.0.0-20240102030405-abcdefabcdef\n\texample.com/b v0.0.0-20240102030405-abcdefabcdef // indirect\n)\n`,
    },
    ["info PSEUDO_VERSION"],
  ],
  ["has a vendor folder", { "vendor/modules.txt": "" }, ["warning VENDOR"]],
  ["is in a workspace", { "go.work": "go 1.19\n\nuse .\n" }, ["warning WORKSPACE"]],
  [
    "requires a newer Go",
    { "go.mod": "module example.com/p\n\ngo 1.19\n\ntoolchain go1.99.1\n" },
    ["warning NEWER_GO"],
  ],
  [
    "is built without -trimpath from a list of files",
    { Makefile: "x:\n\tgo build -buildmode=plugin \\\n\t\t-o x.so main.go\n" },
    ["warning TRIMPATH", "warning FILE_LIST"],
  ],
])("a plugin that %s", async (_what, files, expected) => {
  expect((await findings(files)).map(({ short }) => short)).toEqual(expected);
});

test("a dependency on the host is found by the program in it that opens plugins", async () => {
  const found = await findings(
    {
      "plugin/go.mod":
        "module example.com/p\n\nrequire example.com/host v1.0.0\n\nreplace example.com/host => ../host\n",
      "plugin/main.go": 'package main\n\nimport "example.com/host/api"\n\nvar Api = api.X\n',
      "host/go.mod": "module example.com/host\n",
      "host/cmd/server/main.go": 'package main\n\nimport "plugin"\n\nfunc main() { plugin.Open("x") }\n',
    },
    {},
    "plugin",
  );
  expect(found.map(({ short }) => short)).toEqual(["warning REPLACE", "warning HOST_REQUIRED"]);
  expect(found[1]?.message).toContain("host/cmd/server/main.go");
});

test("two plugins of a repository with the same path are found", async () => {
  const found = await findings({
    ".git/HEAD": "",
    "other/go.mod": well["go.mod"],
    "other/main.go": well["main.go"],
    "third/go.mod": "module example.com/q\n",
    "third/main.go": well["main.go"],
  });
  expect(found.map(({ short }) => short)).toEqual(["error SAME_PATH"]);
});

test.each<[string, Record<string, string>, string[]]>([
  ["without cgo", { CGO_ENABLED: "0" }, ["error NO_CGO"]],
  ["without a C compiler", { CC: "no-such-compiler" }, ["error NO_CGO"]],
  ["for Windows", { GOOS: "windows", CC: "gcc", CGO_ENABLED: "1" }, ["error PLATFORM"]],
  ["with GOFLAGS without -trimpath", { GOFLAGS: "-buildvcs=false" }, ["info TRIMPATH"]],
])("an environment %s", async (_what, environment, expected) => {
  expect((await findings({}, environment)).map(({ short }) => short)).toEqual(expected);
});

test("every finding has a subject, a cause and a fix", async () => {
  const found = await findings({
    "main.go": init("\tos.Exit(1)", ['"os"']),
    "go.mod": `${well["go.mod"]}\nreplace example.com/a => ../a\n`,
    "vendor/modules.txt": "",
  });
  expect(found).toHaveLength(3);
  for (const { subject, message, cause, fix } of found) {
    expect(message).toContain(subject.replace(/^.*\//, ""));
    expect(cause).toMatch(/\.$/);
    expect(fix.text).toMatch(/[.)]$/);
  }
});

describe("a command in a script", () => {
  test.each<[string, string[]]>([
    ["go build -trimpath -buildmode=plugin -o x.so .", []],
    ["go build -buildmode=plugin $(GOFLAGS) -o x.so ./cmd/x", []],
    ["GOFLAGS=-trimpath\ngo build -buildmode plugin .", []],
    ["go build -o x .", []],
    ["# go build -buildmode=plugin x.go", []],
    ["go build -buildmode=plugin .", ["TRIMPATH"]],
    ["go build -trimpath -buildmode=plugin -o x.so *.go", ["FILE_LIST"]],
    ["go build -trimpath -buildmode=plugin '-ldflags=-pluginpath=x' .", ["PLUGIN_PATH"]],
    ["CGO_ENABLED=0 GOOS=windows go build -trimpath -buildmode=plugin .", ["NO_CGO", "PLATFORM"]],
  ])("%s", (text, expected) => {
    expect(readScript("x.sh", text).map(({ code }) => code.slice("TENON_GO_DOCTOR_".length))).toEqual(expected);
  });
});

test.each([
  ["1.27", "1.26.8", true],
  ["1.26.9", "1.26.8", true],
  ["1.26", "1.26.8", false],
  ["1.27rc1", "1.27.0", false],
  ["1.27rc2", "1.27rc1", true],
  ["default", "1.26.8", false],
])("%s is newer than %s: %s", (version, than, expected) => {
  expect(isNewer(version, than)).toBe(expected);
});

test("a folder without source or module is an error", async () => {
  await expect(diagnoseGoModule(join(folder, "none"))).rejects.toMatchObject({ code: "TENON_GO_NO_SOURCE" });
  write({ "main.go": "package main\n" });
  await expect(diagnoseGoModule(folder)).rejects.toMatchObject({ code: "TENON_GO_MODULE_MISSING" });
});
