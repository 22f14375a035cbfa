import { describe, expect, it } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import { compareContracts } from "../compat/index.js";
import { contractFromJson, contractToDts, contractToJson, fingerprint } from "../formats/index.js";
import { contractFromWit, contractToWit } from "../wit/index.js";
import type { Contract, Type } from "./model.js";

const outcome = (make: () => Contract): string => {
  try {
    make();
    return "made";
  } catch (error) {
    if (isTenonError(error)) return error.code;
    throw error;
  }
};

/** Records in which each uses the one before `width` times. */
const doubling = (levels: number, width = 2): string =>
  Array.from({ length: levels }, (_, index) => {
    const fields = Array.from({ length: width }, (__, field) => `field${field}: t${index}`);
    return `record t${index + 1} { ${fields.join(", ")} }`;
  }).join("\n");

const withRecords = (levels: number, width?: number) => `package a:b;
interface i { record t0 { x: u8 } ${doubling(levels, width)} f: func(x: option<t${levels}>) -> u8; }
world w { export i; }`;

describe("the types of a contract", () => {
  it("may be nested 100 levels deep and no deeper, in TypeScript, WIT and JSON", () => {
    for (const [levels, expected] of [
      [100, "made"],
      [101, "TENON_CONTRACT_TOO_LARGE"],
      [20_000, "TENON_CONTRACT_TOO_LARGE"],
    ] as const) {
      const make = () => {
        let type: Type = t.u8;
        for (let level = 0; level < levels; level++) type = t.list(type);
        return contract("a:b", { exports: { f: t.func([["x", type]]) } });
      };
      expect(outcome(make)).toBe(expected);
      const text = `${"list<".repeat(levels)}u8${">".repeat(levels)}`;
      expect(outcome(() => contractFromWit(`package a:b; world b { export f: func(x: ${text}); }`))).toBe(expected);
      let type: unknown = "u8";
      for (let level = 0; level < levels; level++) type = { list: type };
      const parameters = [{ name: "x", type }];
      const json = {
        tenon: 1,
        id: "a:b",
        types: [],
        imports: [],
        exports: [{ kind: "function", name: "f", parameters }],
      };
      expect(outcome(() => contractFromJson(json))).toBe(expected);
    }
  });

  it("may be nested 100 levels deep through records and interfaces, in WIT and JSON alike", () => {
    // 99 records in each other, with an alias and a use for each, around a list.
    const chain = Array.from(
      { length: 98 },
      (_, index) =>
        `interface i${index + 1} { use i${index}.{a${index}}; record r { x: a${index} } type a${index + 1} = r; }`,
    );
    const made = contractFromWit(`package a:b; interface i0 { record r { x: u8 } type a0 = r; } ${chain.join("\n")}
world w { use i98.{a98}; export f: func(x: list<a98>); }`);
    expect(contractFromJson(contractToJson(made)).declarations).toHaveLength(99);
    expect(outcome(() => contractFromWit(contractToWit(made)))).toBe("made");
  });

  it("are limited in the parts that a value may have, whatever the text's length", () => {
    expect(outcome(() => contractFromWit(withRecords(15)))).toBe("made");
    expect(outcome(() => contractFromWit(withRecords(60)))).toBe("TENON_CONTRACT_TOO_LARGE");
    expect(outcome(() => contractFromWit(withRecords(99, 10)))).toBe("TENON_CONTRACT_TOO_LARGE");
    const json = JSON.stringify(contractToJson(contractFromWit(withRecords(15))));
    expect(outcome(() => contractFromJson(json.replace('"x"', '"y"')))).toBe("made");
    let type: Type = t.u8;
    for (let level = 0; level < 40; level++) type = t.tuple(type, type);
    expect(outcome(() => contract("a:b", { exports: { f: t.func([["x", type]]) } }))).toBe("TENON_CONTRACT_TOO_LARGE");
  });

  it("are limited in number, as aliases in WIT text can multiply them", () => {
    const aliases = Array.from({ length: 12 }, (_, index) => `type a${index + 1} = tuple<a${index}, a${index}>;`);
    const functions = Array.from({ length: 200 }, (_, index) => `call${index}: func(x: a12);`);
    const text = `package a:b; interface i { type a0 = u8; ${aliases.join(" ")} ${functions.join(" ")} } world w { export i; }`;
    expect(outcome(() => contractFromWit(text))).toBe("TENON_CONTRACT_TOO_LARGE");
    expect(outcome(() => contractFromWit(text.replaceAll("func(x: a12)", "func(x: a2)")))).toBe("made");
  });

  it("that use each other as resources may form a chain of any length", () => {
    const resources = Array.from({ length: 5000 }, (_, index) => `resource r${index} { m: func() -> r${index + 1}; }`);
    const text = `package a:b; interface i { ${resources.join("\n")} resource r5000; } world w { export i; }`;
    const [one, other] = [contractFromWit(text), contractFromWit(text)];
    expect(fingerprint(one)).toBe(fingerprint(other));
    expect(compareContracts(one, other).verdict).toBe("fits");
    expect(contractFromJson(contractToJson(one)).declarations).toHaveLength(5001);
    expect(contractToDts(one)).toContain("  R4999: {");
  });
});
