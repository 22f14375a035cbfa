import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs, times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arbitraryContract } from "../../../../../conformance/src/arbitrary-contract.js";
import { runCommand } from "../../../build/index.js";
import { type Contract, contract, fullType, signatures, type Type, t } from "../../../contract/index.js";
import { layoutOf } from "../../../runtimes/wasm/abi/code/layout.js";
import { kitchenSink } from "../../../testing/target/kitchen-sink.js";
import { findCompiler } from "../compiler.js";
import { compilerEnvironment } from "../environment.js";
import { glueHeader, supportHeader } from "../support/header.js";
import { CTypes } from "./c-types.js";
import { cBindings } from "./index.js";

const compiler = await findCompiler(undefined).catch(() => undefined);
if (compiler === undefined) console.log("bindings of C: some tests are skipped, since there is no clang or zig");

describe("the header", () => {
  const { header, functions } = cBindings(
    contract("demo:kit@1.0.0", {
      imports: { log: t.func([["line", t.string]]) },
      exports: {
        greet: t.func([["int", t.string]], t.string, { docs: "Greets */ someone.\\" }),
        store: t.interface({
          get: t.optional(t.func([["key", t.list(t.u8)]], t.result(t.option(t.s16), t.string))),
        }),
      },
    }),
  );

  test("declares the author's functions and the host's", () => {
    expect(functions.map(({ prototype }) => prototype)).toEqual([
      "TenonString plugin_greet(TenonString int_)",
      "ResultOfOptionOfS16OrString plugin_store_get(ListOfU8 key)",
    ]);
    expect(header).toContain("void host_log(TenonString line);");
    expect(header).toContain("// Optional.\nResultOfOptionOfS16OrString plugin_store_get");
  });

  test("escapes documentation that would end a comment or continue a line", () => {
    expect(header).toContain("// Greets */ someone.\nTenonString plugin_greet");
  });
});

test("functions whose names would be the same get different names", () => {
  const { functions } = cBindings(
    contract("demo:kit@1.0.0", {
      exports: { a: t.interface({ bC: t.func([]) }), aB: t.interface({ c: t.func([]) }) },
    }),
  );
  expect(functions.map(({ name, coreName }) => [name, coreName])).toEqual([
    ["plugin_a_b_c", "demo:kit/a@1.0.0#b-c"],
    ["plugin_a_b_c2", "demo:kit/a-b@1.0.0#c"],
  ]);
});

test("helper names give way to names of the contract's functions", () => {
  const waits = { async: true } as const;
  const { header } = cBindings(
    contract("demo:kit@1.0.0", {
      imports: { ask: t.func([], t.u8, waits), "ask-blocking": t.func([]) },
      exports: { get: t.func([["task", t.u8]], t.u8, waits), "get-return": t.func([]) },
    }),
  );
  expect(header).toContain("void plugin_get(TenonTask task, uint8_t task2);");
  expect(header).toContain("void plugin_get_return(void);");
  expect(header).toContain("void plugin_get_return2(TenonTask task, uint8_t value);");
  expect(header).toContain("void host_ask(HostAskAnswer *callback, void *state);");
  expect(header).toContain("void host_ask_blocking(void);");
  expect(header).toContain("uint8_t host_ask_blocking2(void);");
});

test("only contracts with asynchronous functions need the asynchronous library", () => {
  const isAsynchronous = (item: Parameters<typeof contract>[1]) =>
    cBindings(contract("demo:kit@1.0.0", item)).isAsynchronous;
  expect(isAsynchronous({ exports: { get: t.func([], t.u8) } })).toBe(false);
  expect(isAsynchronous({ exports: { get: t.func([], t.list(t.future(t.u8))) } })).toBe(true);
  expect(isAsynchronous({ imports: { ask: t.func([], t.u8, { async: true }) } })).toBe(true);
});

needs(missing.c()).describe("compiling the bindings", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-test-"));
    await writeFile(join(folder, "tenon.h"), supportHeader);
    await writeFile(join(folder, "tenon_glue.h"), glueHeader);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the compiler says of the bindings of a contract, with every struct's layout held against the canonical ABI's. */
  async function complaints(all: Contract): Promise<string> {
    const { header, glue } = cBindings(all);
    const types = new CTypes(all);
    const layouts = new Set(valueTypes(all).map((type) => layoutCheck(types, type)));
    await writeFile(join(folder, "plugin.h"), header);
    await writeFile(join(folder, "glue.c"), [glue(() => true), ...layouts].join("\n"));
    const target = compiler!.isZig ? ["-target", "wasm32-wasi"] : ["--target=wasm32-unknown-unknown", "-ffreestanding"];
    const words = ["-c", "-std=c11", "-Wall", "-Werror", "-Wno-switch-bool", "-I", folder, "glue.c", "-o", "glue.o"];
    const [file = "", ...first] = compiler!.command;
    const environment = compilerEnvironment();
    const { code, stderr } = await runCommand(file, [...first, ...target, ...words], { folder, environment });
    return code === 0 ? "" : stderr;
  }

  test("gives the conformance suite's contract the canonical layout", async () => {
    expect(await complaints(kitchenSink)).toBe("");
  });

  test("works for flags of every size, a variant with many cases, and more parameters than core functions have", async () => {
    const flags = (count: number) =>
      t.flags(`f${count}`, Array.from({ length: count }, (_, at) => `l${at}`) as [string]);
    const many = t.variant(
      "many",
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, at % 2 === 0 ? t.f64 : null])),
    );
    const parameters = Array.from({ length: 17 }, (_, at) => [`p${at}`, at % 2 === 0 ? t.u8 : t.s64] as const);
    const all = contract("demo:kit@1.0.0", {
      imports: { take: t.func(parameters, flags(9)) },
      exports: {
        get: t.func(
          [
            ["many", many],
            ["few", flags(8)],
          ],
          t.tuple(flags(16), flags(17), flags(32)),
        ),
        put: t.func(parameters, many),
      },
    });
    expect(await complaints(all)).toBe("");
  });

  test("works for any contract", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryContract({ components: true }), async (all) => {
        expect(await complaints(all)).toBe("");
      }),
      { numRuns: times(40) },
    );
  });
});

function valueTypes(all: Contract): Type[] {
  return [...signatures(all.exports), ...signatures(all.imports)].flatMap((signature) => {
    const { parameters, result } = fullType(signature);
    const types = parameters.map(({ type }) => type);
    return result === undefined ? types : [...types, result];
  });
}

function layoutCheck(types: CTypes, type: Type): string {
  const { size, alignment } = layoutOf(type);
  const name = types.name(type);
  return `_Static_assert(sizeof(${name}) == ${size} && _Alignof(${name}) == ${alignment}, "${name}");`;
}
