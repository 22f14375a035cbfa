import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTypeScriptBuilder } from "../../builders/typescript/index.js";
import { contract, t } from "../../contract/index.js";
import { joinEntryRules } from "../../runtime/entry-rules.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { entries } from "./entries.js";
import loader, { createJsRuntime } from "./runtime.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-check-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runtime = createJsRuntime(createTypeScriptBuilder());
const wanted = contract("demo:greeter@1.0.0", {
  exports: {
    greet: t.func([["name", t.string]], t.string),
    leave: t.optional(t.func([])),
    store: t.interface({ get: t.func([], t.string) }),
  },
});

async function artifact(name: string, content: string | Uint8Array) {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), content);
  return readArtifact(join(folder, name));
}

describe("recognising", () => {
  const cases: [name: string, content: string | Uint8Array, expected: object | undefined][] = [
    ["a.js", "module.exports = 1;", { confidence: 2, description: "JavaScript module" }],
    ["a.mjs", "export default 1;", { confidence: 2, description: "JavaScript module" }],
    ["a.cts", "const a: number = 1;", { confidence: 2, description: "TypeScript module" }],
    ["a.tsx", "export const a = 1;", { confidence: 2, description: "TypeScript module" }],
    ["a.ts", "// nothing yet", { confidence: 1, description: "TypeScript module" }],
    ["A.JS", "let a = 1", { confidence: 2, description: "JavaScript module" }],
    ["a.js", `// ${"ü".repeat(3000)}`, { confidence: 1, description: "JavaScript module" }],
    ["plain", "export const a = 1;", { confidence: 1, description: "JavaScript module" }],
    ["tool", "#!/usr/bin/env node\nlet a;", { confidence: 1, description: "JavaScript module" }],
    ["script", "#!/bin/sh\nexport const=1", undefined],
    ["notes", "Just some words.", undefined],
    ["a.lua", "local function f() end", undefined],
    ["elf.js", Buffer.from("7f454c460201010000", "hex"), undefined],
    ["wasm.js", Buffer.from("0061736d01000000", "hex"), undefined],
    ["zip.js", Buffer.from("504b030414000000", "hex"), undefined],
    ["macho.js", Buffer.from("cffaedfe07000001", "hex"), undefined],
    ["pe.js", Buffer.from("4d5a900003000000", "hex"), undefined],
    ["latin1.js", Buffer.from("let a = '\xe4';", "latin1"), undefined],
    ["utf16.js", Buffer.from("\ufefflet a", "utf16le"), undefined],
  ];
  test.each(cases)("%s", async (name, content, expected) => {
    expect(await runtime.recognise(await artifact(name, content))).toEqual(expected);
  });

  test("a package folder, by its entry", async () => {
    await artifact("pack/index.ts", "export const a = 1;");
    expect(await runtime.recognise(await readArtifact(join(folder, "pack"), joinEntryRules([entries])))).toEqual({
      confidence: 2,
      description: "TypeScript package",
    });
  });
});

describe("checking", () => {
  const codes = async (name: string, content: string) => {
    const findings = await runtime.check(await artifact(name, content), wanted);
    return findings.map(({ code, severity, subject, message }) => ({ code, severity, subject, message }));
  };
  const notCarried = expect.objectContaining({ code: "TENON_CONTRACT_NOT_CARRIED", severity: "info" });

  test("a plugin that has everything", async () => {
    expect(await codes("a.ts", "export const greet = 1, store = 2;")).toEqual([notCarried]);
  });

  test("missing exports are named, with the nearest export", async () => {
    expect(await codes("a.ts", "export const gret = 1; throw new Error('is not run');")).toEqual([
      {
        code: "TENON_EXPORT_MISSING",
        severity: "error",
        subject: "greet",
        message: `${folder}/a.ts does not export greet(); did you mean "gret"?`,
      },
      {
        code: "TENON_EXPORT_MISSING",
        severity: "error",
        subject: "store",
        message: `${folder}/a.ts does not export "store"; it exports gret`,
      },
      notCarried,
    ]);
  });

  test("a check claims nothing that only running the plugin would show", async () => {
    const unknown = expect.objectContaining({ code: "TENON_CONTRACT_NOT_CARRIED", severity: "warning" });
    expect(await codes("a.cjs", "exports.other = 1;")).toEqual([unknown]);
    expect(await codes("b.mjs", "export default {};")).toEqual([unknown]);
  });

  test("a syntax error and an unresolved import are findings", async () => {
    expect(await codes("a.ts", "let = = 1")).toEqual([
      expect.objectContaining({ code: "TENON_SYNTAX", severity: "error", subject: join(folder, "a.ts") }),
      notCarried,
    ]);
    expect(await codes("b.ts", "import './gone.js'")).toEqual([
      expect.objectContaining({ code: "TENON_BUILD_FAILED", severity: "error" }),
      notCarried,
    ]);
  });

  test("a plugin that carries its contract gets no finding about it", async () => {
    await writeFile(
      join(folder, "a.wit"),
      "package demo:greeter@1.0.0;\nworld greeter { export greet: func(name: string) -> string; }\n",
    );
    expect(await codes("a.ts", "export const greet = 1, store = 2;")).toEqual([]);
  });
});

test("the runtime that a place imports loads plugins but does not build them", async () => {
  expect(loader.module).toMatch(/runtimes\/js\/runtime\.[jt]s$/);
  await expect(loader.prepare(await artifact("a.ts", "export {}"))).rejects.toMatchObject({ code: "TENON_INTERNAL" });
});
