import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { contract, t } from "../building/builder.js";
import { data, sample } from "../model/infer.test-d.js";
import { contractToDts } from "./dts.js";

const here = dirname(fileURLToPath(import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const typeRoots = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
const folder = mkdtempSync(join(tmpdir(), "tenon-dts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles the files, and gives what the compiler says. */
function compile(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  const options = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable", "dom"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [typeRoots],
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    allowImportingTsExtensions: true,
    declaration: false,
  };
  writeFileSync(join(root, "package.json"), '{"type": "module"}');
  writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: Object.keys(files) }));
  try {
    return execFileSync(process.execPath, [tsc, "-p", root], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe("contractToDts", () => {
  it.each([
    ["sample", sample],
    ["data", data],
  ] as const)("writes the same types as inference: %s", (name, item) => {
    const infer = relative(join(folder, `equal-${name}`), join(here, "..", "model", "infer.test-d.ts"));
    const model = relative(join(folder, `equal-${name}`), join(here, "..", "index.ts"));
    const check = `
import type * as made from "./sample.js";
import type { ${name} } from "${infer}";
import type * as inferred from "${model}";
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <_T extends true>(): void => {};
holds<Same<made.Exports, inferred.Exports<typeof ${name}>>>();
holds<Same<made.SyncExports, inferred.SyncExports<typeof ${name}>>>();
holds<Same<made.Implementation, inferred.Implementation<typeof ${name}>>>();
holds<Same<made.Imports, inferred.Imports<typeof ${name}>>>();
holds<Same<made.ImportedFunctions, inferred.ImportedFunctions<typeof ${name}>>>();
holds<Same<made.ImportedSyncFunctions, inferred.ImportedSyncFunctions<typeof ${name}>>>();
// @ts-expect-error the check itself can fail
holds<Same<made.Exports, made.SyncExports>>();
`;
    expect(compile(`equal-${name}`, { "sample.d.ts": contractToDts(item), "check.ts": check })).toBe("");
  });

  it("is accepted by the compiler for contracts of all shapes", () => {
    const files: Record<string, string> = {};
    for (const [index, item] of fc.sample(arbitraryContract(), { numRuns: times(60), seed: 15 }).entries()) {
      files[`contract${index}.d.ts`] = contractToDts(item);
    }
    expect(compile("shapes", files)).toBe("");
    expect(compile("broken", { "broken.d.ts": "export interface Broken { it: Missing }" })).toContain("Missing");
  });

  it("includes documentation, and nothing in it can end a comment", () => {
    const text = contractToDts(
      contract("demo:sample", {
        docs: "All */ of\n it",
        exports: { run: t.func([], t.result(t.u8, t.string), { docs: "Runs." }) },
      }),
    );
    expect(text).toContain("/**\n * All *\\/ of\n *  it\n */");
    expect(text).toContain(
      "  /**\n   * Runs.\n   * @throws TenonError TENON_CALL_RESULT; payload: string\n   */\n  run: () => Promise<number>;",
    );
  });

  it("renames types that would hide a name in the text, or each other", () => {
    const promise = t.record("promise", { x: t.u8 });
    const text = contractToDts(
      contract("demo:sample", {
        exports: {
          one: t.interface({
            make: t.func(
              [
                ["class", promise],
                ["call", t.u8],
              ],
              t.enum("exports", ["x"]),
            ),
          }),
          two: t.interface({ make: t.func([], t.record("promise", { y: t.u8 })) }),
        },
      }),
    );
    expect(text).toContain("export interface OnePromise {");
    expect(text).toContain("export interface TwoPromise {");
    expect(text).toContain('export type OneExports = "x";');
    expect(text).toContain(
      "make: (class_: OnePromise, call: number, call2: Call) => OneExports | Promise<OneExports>;",
    );
  });
});
