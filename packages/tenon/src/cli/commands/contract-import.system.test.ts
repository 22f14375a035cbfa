import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHost, isTenonError } from "tenon";
import { beforeEach, expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

let cwd: string;
beforeEach(() => {
  cwd = scratchFolder();
});

/** A plugin whose code declares its contract, with a function of the host; it records when it is activated. */
function source(functions = "greet: t.func([['name', t.string]], t.string)"): string {
  return `
    import { writeFileSync } from "node:fs";
    import { plugin } from "tenon/guest";
    import { contract, t } from "tenon/contract";
    const shape = contract("demo:greeter@1.0.0", { imports: { log: t.func([["text", t.string]]) }, exports: { ${functions} } });
    export default plugin(shape, (() => {
      writeFileSync(new URL("./activated", import.meta.url), "");
      return { greet: (name) => "hello " + name, more: () => 1 };
    }) as any);`;
}

function write(name: string, text: string): string {
  const path = join(cwd, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

test("check does not know the contract, and names the command that imports it; then it does", async () => {
  write("greeter.ts", source());
  const before = await runJson(["check", "greeter.ts"], { cwd });
  expect(before).toMatchObject({
    code: 3,
    document: {
      verdict: "unknown",
      reports: [{ findings: [{ fix: { command: "tenon contract import greeter.ts" } }] }],
    },
  });
  await using host = createHost();
  const report = await host.check(join(cwd, "greeter.ts"));
  expect(report.findings[0]?.fix.command).toBe(`tenon contract import ${join(cwd, "greeter.ts")}`);

  const imported = await runJson(["contract", "import", "greeter.ts"], { cwd });
  expect(imported).toMatchObject({
    code: 0,
    document: { contract: "demo:greeter@1.0.0", plugin: "greeter.ts", file: "greeter.wit" },
  });
  expect(readFileSync(join(cwd, "greeter.wit"), "utf8")).toContain("export greet: func(name: string) -> string;");
  expect(existsSync(join(cwd, "activated"))).toBe(false);

  expect(await runJson(["check", "greeter.ts"], { cwd })).toMatchObject({ code: 0, document: { verdict: "fits" } });
  const plugin = (await host.open(join(cwd, "greeter.ts"), undefined, { imports: { log() {} } as never })) as any;
  expect(await plugin.exports.greet("Ada")).toBe("hello Ada");
});

test.each(["inline", "worker", "process"])(
  "a plugin in the place %s is ended once it has declared its contract",
  async (place) => {
    write("greeter.ts", source());
    const { code, stderr } = await runCli(["contract", "import", "greeter.ts", "--place", place], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("wrote demo:greeter@1.0.0 to greeter.wit\n");
    expect(existsSync(join(cwd, "activated"))).toBe(false);
  },
);

test("a folder gets the file beside its entry, and a file in JSON if that is named", async () => {
  write("plugin/index.ts", source());
  expect((await runJson(["contract", "import", "plugin"], { cwd })).document.file).toBe(join("plugin", "index.wit"));
  expect((await runJson(["check", "plugin"], { cwd })).document.verdict).toBe("fits");
  const out = join(cwd, "plugin", "own.json");
  expect((await runJson(["contract", "import", "plugin", "--out", out], { cwd })).code).toBe(0);
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ id: "demo:greeter@1.0.0" });
});

test("a file is overwritten only with --force", async () => {
  write("greeter.ts", source());
  const wit = write("greeter.wit", "package demo:greeter@1.0.0;\nworld greeter { export old: func(); }\n");
  const refused = await runJson(["contract", "import", "greeter.ts"], { cwd });
  expect(refused.document.error).toMatchObject({
    code: "TENON_FILE_WRITE",
    fix: { command: "tenon contract import greeter.ts --force" },
  });
  expect(readFileSync(wit, "utf8")).toContain("old");
  expect((await runCli(["contract", "import", "greeter.ts", "--force"], { cwd })).code).toBe(0);
  expect(readFileSync(wit, "utf8")).not.toContain("old");
});

test("a plugin that declares something else than was imported is refused, and the error says to import it again", async () => {
  write("greeter.ts", source());
  await runCli(["contract", "import", "greeter.ts"], { cwd });
  write("greeter.ts", source("greet: t.func([['name', t.string]], t.string), more: t.func([], t.u32)"));
  await using host = createHost();
  for (const place of ["inline", "worker"] as const) {
    const opening = host.open(join(cwd, "greeter.ts"), undefined, { place, imports: { log() {} } as never });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(isTenonError(error, "TENON_CONTRACT_STALE")).toBe(true);
    expect((error as { fix: object }).fix).toMatchObject({
      command: `tenon contract import ${join(cwd, "greeter.ts")} --force`,
    });
  }
  expect(host.plugins).toEqual([]);
  await runCli(["contract", "import", "greeter.ts", "--force"], { cwd });
  const plugin = (await host.open(join(cwd, "greeter.ts"), undefined, { imports: { log() {} } as never })) as any;
  expect(await plugin.exports.more()).toBe(1);
});

test("nothing is written for a plugin that declares no contract, is missing, or takes too long", async () => {
  write("plain.mjs", "export const add = (a, b) => a + b;");
  write("loops.mjs", "for (;;);\nexport default {};");
  const cases = [
    [["plain.mjs"], "TENON_CONTRACT_MISSING"],
    [["missing.ts"], "TENON_ARTIFACT_MISSING"],
    [["loops.mjs", "--place", "worker", "--deadline", "500"], "TENON_LOAD_DEADLINE"],
    [["plain.mjs", "--out", "plain.txt"], "TENON_USAGE"],
  ] as const;
  for (const [words, code] of cases) {
    const { document } = await runJson(["contract", "import", ...words], { cwd });
    expect([words, document.error.code]).toEqual([words, code]);
  }
  expect(readdirSync(cwd).sort()).toEqual(["loops.mjs", "plain.mjs"]);
});
