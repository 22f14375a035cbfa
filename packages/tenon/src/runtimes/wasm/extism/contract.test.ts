import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WasmModule } from "../../../binary/wasm/index.js";
import { contract, contractFromWit, contractToWit, t } from "../../../contract/index.js";
import { checkExtism, extismContract } from "./index.js";
import { moduleBytes } from "./kernel/module-bytes.js";

/** A module that exports functions with these names, without parameters. */
function moduleOf(exports: readonly string[], imports: readonly string[] = []): WasmModule {
  const none = { parameters: [], results: [], locals: [], body: () => [] } as const;
  const imported = imports.map((name) => ({ name, parameters: ["i64"], results: ["i64"] }) as const);
  return new WasmModule(
    moduleBytes(
      imported,
      exports.map((name) => ({ name, ...none })),
    ),
  );
}

describe("the contract of a plugin that does not carry one", () => {
  test("has a function for each export whose name a contract can express", () => {
    const derived = extismContract(
      moduleOf([
        "count_vowels",
        "countVowels",
        "Greet",
        "_start",
        "_initialize",
        "hs_init",
        "$odd",
        "__proto__",
        "list",
      ]),
      undefined,
    );
    expect(Object.keys(derived.exports)).toEqual(["countVowels", "greet", "list"]);
  });

  test("can be written as WIT and read back, for any names", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,12}$/),
      fc.constantFrom(
        "list",
        "record",
        "func",
        "constructor",
        "prototype",
        "toString",
        "u8",
        "import",
        "a__b",
        "a1",
        "A",
      ),
    );
    const names = fc.uniqueArray(name, { maxLength: 12 });
    fc.assert(
      fc.property(names, names, (exports, imports) => {
        const derived = extismContract(moduleOf(exports, imports), undefined);
        expect(contractFromWit(contractToWit(derived)).exports).toEqual(derived.exports);
      }),
    );
  });

  test("is the part of the host's contract that the plugin exports", () => {
    const host = contract("demo:host@1.0.0", {
      imports: { log: t.func([["line", t.string]], t.string), other: t.func([]) },
      exports: {
        greet: t.func([["name", t.string]], t.string),
        store: t.interface({ get: t.func([["key", t.string]], t.option(t.u32)), put: t.func([["key", t.string]]) }),
        missing: t.func([]),
      },
    });
    const derived = extismContract(moduleOf(["greet", "get"], ["log"]), host);
    expect(derived.id).toBe(host.id);
    expect(derived.imports).toEqual({ log: host.imports.log });
    expect(derived.exports).toMatchObject({ greet: host.exports.greet, store: { members: { get: {} } } });
    expect(Object.keys(derived.exports)).toEqual(["greet", "store"]);
  });
});

describe("a check", () => {
  test("finds each function that Extism does not support", () => {
    const counter = t.resource("counter", { methods: { next: t.func([], t.u32) } });
    const given = contract("demo:host@1.0.0", {
      imports: { log: t.func([["line", t.string]]) },
      exports: {
        greet: t.func([["name", t.stream(t.u8)]]),
        pair: t.func([
          ["a", t.u8],
          ["b", t.u8],
        ]),
        maybe: t.optional(t.func([])),
        counters: t.interface({ Counter: counter }),
      },
    });
    const findings = checkExtism(moduleOf(["greet", "pair"], ["log", "unknown"]), given, "sample.wasm");
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      "TENON_EXTISM_SIGNATURE greet",
      "TENON_EXTISM_SIGNATURE pair",
      "TENON_EXTISM_SIGNATURE counters.Counter",
      // The module imports its memory, which an Extism host does not provide.
      "TENON_WASM_IMPORT_UNKNOWN host#memory",
      "TENON_WASM_IMPORT_UNKNOWN host#unknown",
    ]);
  });
});
