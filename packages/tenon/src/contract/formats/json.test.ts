import { times } from "@tenon/fixtures/tests";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import { contractToWit } from "../index.js";
import { contractDifference } from "../model/equal.js";
import { fingerprint } from "./fingerprint.js";
import { contractFromJson } from "./from-json.js";
import { contractDocumentSchema } from "./schema.js";
import { contractToJson } from "./to-json.js";

const person = t.record("person", { firstName: t.string, age: t.option(t.u8) }, { docs: "A person." });
const counter = t.resource("counter", {
  constructs: [["start", t.u32]],
  methods: { add: t.func([["by", t.u32]], t.u32) },
});
const sample = contract("demo:sample@1.0.0", {
  docs: "A sample.",
  imports: { log: t.optional(t.func([["message", t.string]])) },
  exports: {
    find: t.func([["key", t.string]], t.result(person, undefined), { async: true }),
    store: t.interface({ Counter: counter, total: t.func([["it", t.borrow(counter)]], t.u32) }),
  },
});

describe("contractToJson", () => {
  it("writes the documented form", () => {
    expect(contractToJson(sample)).toEqual({
      tenon: 1,
      id: "demo:sample@1.0.0",
      docs: "A sample.",
      types: [
        {
          kind: "resource",
          name: "counter",
          owner: "store",
          constructs: { parameters: [{ name: "start", type: "u32" }] },
          methods: [{ name: "add", parameters: [{ name: "by", type: "u32" }], result: "u32" }],
          statics: [],
        },
        {
          kind: "record",
          name: "person",
          docs: "A person.",
          fields: [
            { name: "first-name", type: "string" },
            { name: "age", type: { option: "u8" } },
          ],
        },
      ],
      imports: [{ kind: "function", name: "log", parameters: [{ name: "message", type: "string" }], optional: true }],
      exports: [
        {
          kind: "function",
          name: "find",
          parameters: [{ name: "key", type: "string" }],
          result: { result: { ok: { ref: "person" }, err: null } },
          async: true,
        },
        {
          kind: "interface",
          name: "store",
          members: [
            { kind: "resource", name: "Counter", type: "store/counter" },
            {
              kind: "function",
              name: "total",
              parameters: [{ name: "it", type: { borrow: "store/counter" } }],
              result: "u32",
            },
          ],
        },
      ],
    });
  });

  it("can be read back as an equal contract, by value and by text, and conforms to its JSON Schema", () => {
    const conforms = new Ajv2020({ strict: true }).compile(contractDocumentSchema);
    fc.assert(
      fc.property(arbitraryContract(), (before) => {
        const document = contractToJson(before);
        expect(conforms(document), JSON.stringify(conforms.errors)).toBe(true);
        expect(contractDifference(before, contractFromJson(document))).toBeUndefined();
        const text = JSON.stringify(document);
        const after = contractFromJson(text);
        expect(contractDifference(before, after)).toBeUndefined();
        expect(JSON.stringify(contractToJson(after))).toBe(text);
      }),
      { numRuns: times(400), seed: 11 },
    );
  });

  it("keeps which bytes are given up, in the same form", () => {
    const given = contract("test:given", { exports: { pass: t.func([["bytes", t.own(t.bytes)]], t.own(t.bytes)) } });
    const [pass] = contractToJson(given).exports;
    expect(pass).toMatchObject({ parameters: [{ type: { own: { list: "u8" } } }], result: { own: { list: "u8" } } });
    expect(contractToJson(contractFromJson(contractToJson(given)))).toEqual(contractToJson(given));
    const copied = contract("test:given", { exports: { pass: t.func([["bytes", t.bytes]], t.bytes) } });
    expect(fingerprint(given)).toBe(fingerprint(copied));
    expect(contractToWit(given)).toBe(contractToWit(copied));
    expect(() =>
      contractFromJson({ ...contractToJson(given), exports: [{ ...pass, result: { own: { list: "u16" } } }] }),
    ).toThrow('exports[0].result.own: expected the reference of a resource, or {"list": "u8"}');
  });

  it("keeps resources whose functions mention each other", () => {
    const types = [
      {
        kind: "resource",
        name: "node",
        owner: "nodes",
        constructs: null,
        methods: [
          { name: "parent", parameters: [], result: { option: { own: "nodes/node" } } },
          { name: "edges", parameters: [], result: { list: { ref: "nodes/edge" } } },
        ],
        statics: [],
      },
      { kind: "record", name: "edge", owner: "nodes", fields: [{ name: "to", type: { own: "nodes/node" } }] },
    ];
    const document = {
      tenon: 1,
      id: "demo:tree",
      types,
      imports: [],
      exports: [
        { kind: "interface", name: "nodes", members: [{ kind: "resource", name: "Node", type: "nodes/node" }] },
      ],
    };
    const read = contractFromJson(document);
    expect(contractDifference(read, contractFromJson(contractToJson(read)))).toBeUndefined();
    const node = read.declarations.find(({ type }) => type.name === "node")!.type;
    expect(node.kind === "resource" && node.methods[0]!.type.result).toEqual({
      kind: "option",
      some: { kind: "own", resource: node },
    });
  });
});

describe("contractFromJson rejects", () => {
  const document = (change: (draft: any) => void) => {
    const draft = structuredClone(contractToJson(sample));
    change(draft);
    return draft;
  };

  test.each<[string, (draft: any) => void, string]>([
    ["another version", (draft) => (draft.tenon = 2), "tenon: unknown version of the format: expected 1"],
    ["a missing member", (draft) => delete draft.exports, "exports: missing"],
    ["an unknown member", (draft) => (draft.export = []), 'unknown member "export"'],
    ["a wrong member type", (draft) => (draft.docs = 3), "docs: expected a string, got 3"],
    ["an object for a list", (draft) => (draft.types = {}), "types: expected an array, got an object"],
    ["an unknown kind", (draft) => (draft.types[0].kind = "class"), 'types[0].kind: expected "record" or'],
    [
      "an unknown primitive",
      (draft) => (draft.types[1].fields[0].type = "int"),
      'types[1].fields[0].type: "int" is not a primitive type',
    ],
    [
      "an unknown type form",
      (draft) => (draft.types[1].fields[0].type = { set: "u8" }),
      'types[1].fields[0].type: unknown member "set"',
    ],
    [
      "two type forms",
      (draft) => (draft.types[1].fields[0].type = { list: "u8", option: "u8" }),
      "types[1].fields[0].type: expected an object with one of",
    ],
    [
      "an empty type form",
      (draft) => (draft.types[1].fields[0].type = {}),
      "types[1].fields[0].type: expected an object with one of",
    ],
    [
      "a dangling reference",
      (draft) => (draft.exports[0].result = { ref: "nobody" }),
      'exports[0].result.ref: there is no type "nobody"',
    ],
    [
      "a resource as a value",
      (draft) => (draft.exports[0].result = { ref: "store/counter" }),
      'exports[0].result.ref: "store/counter" is a resource',
    ],
    [
      "a value as a resource",
      (draft) => (draft.exports[0].result = { own: "person" }),
      'exports[0].result.own: "person" is a record, not a resource',
    ],
    [
      "a type without a finite value",
      (draft) => (draft.types[1].fields[1].type = { ref: "person" }),
      'the type "person" has no finite value: every value of it contains another one',
    ],
    [
      "a type that is not used",
      (draft) => (draft.exports[0].result = "u8"),
      'types[1]: no import or export uses the type "person"',
    ],
    [
      "a resource with another owner",
      (draft) => {
        draft.types[0].owner = "shop";
        draft.exports[1].members[0].type = "shop/counter";
        draft.exports[1].members[1].parameters[0].type = { borrow: "shop/counter" };
      },
      'types[0]: the type "counter" belongs to the interface "store"',
    ],
    [
      "an owner that is no name",
      (draft) => (draft.types[0].owner = "a b"),
      "types[0].owner: expected an interface's name",
    ],
    ["an item listed twice", (draft) => draft.exports.push(draft.exports[0]), 'exports[2]: "find" is listed twice'],
    [
      "an interface inside an interface",
      (draft) => draft.exports[1].members.push({ kind: "interface", name: "inner", members: [] }),
      "exports[1].members[2].kind: expected",
    ],
    ["an item that is no object", (draft) => draft.exports.push(null), "exports[2]: expected an object, got null"],
    ["a name that WIT cannot have", (draft) => (draft.exports[0].name = "__proto__"), "__proto__"],
    [
      "an id that is not valid",
      (draft) => (draft.id = "sample"),
      "expected an id of the form namespace:package@version",
    ],
    [
      "a parameter with docs",
      (draft) => (draft.exports[0].parameters[0].docs = ""),
      'exports[0].parameters[0]: unknown member "docs"',
    ],
  ])("%s", (_name, change, message) => {
    expect(() => contractFromJson(document(change))).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("text that is not JSON", () => {
    expect(() => contractFromJson("{")).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_SYNTAX" }));
    expect(() => contractFromJson("")).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_SYNTAX" }));
  });

  it.each([undefined, null, 1, [], new Date(), () => 1])("%s", (value) => {
    expect(() => contractFromJson(value)).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_INVALID" }));
  });

  it("types that are nested too deeply, inline or by name", () => {
    let type: unknown = "u8";
    for (let level = 0; level < 5000; level++) type = { list: type };
    const inline = {
      tenon: 1,
      id: "demo:deep",
      types: [],
      imports: [],
      exports: [{ kind: "function", name: "run", parameters: [{ name: "a", type }] }],
    };
    expect(() => contractFromJson(inline)).toThrow(/nested more than 100 levels deep/);
    const types = Array.from({ length: 5000 }, (_, index) => ({
      kind: "record",
      name: `r${index}`,
      fields: [{ name: "next", type: index === 4999 ? "u8" : { ref: `r${index + 1}` } }],
    }));
    const chain = {
      tenon: 1,
      id: "demo:deep",
      types,
      imports: [],
      exports: [{ kind: "function", name: "run", parameters: [{ name: "a", type: { ref: "r0" } }] }],
    };
    expect(() => contractFromJson(chain)).toThrow(/nested more than 100 levels deep/);
  });

  it("a value that throws when it is read", () => {
    const hostile = Object.defineProperty({}, "tenon", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(() => contractFromJson(hostile)).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_INVALID" }));
  });
});

describe("fuzzed documents", () => {
  const onlyCoded = (value: unknown) => {
    try {
      contractFromJson(value);
    } catch (error) {
      if (!isTenonError(error)) throw error;
    }
  };

  it("always yield a contract or a coded error", () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), onlyCoded), { numRuns: times(1000), seed: 12 });
    fc.assert(
      fc.property(
        arbitraryContract(),
        fc.array(fc.tuple(fc.nat(10_000), fc.jsonValue({ maxDepth: 2 })), { minLength: 1, maxLength: 3 }),
        (base, changes) => {
          const document = structuredClone(contractToJson(base));
          for (const [at, value] of changes) replaceSomewhere(document, at, value);
          onlyCoded(document);
          onlyCoded(JSON.stringify(document).slice(0, changes[0]![0]));
        },
      ),
      { numRuns: times(1500), seed: 13 },
    );
  });
});

/** Replaces one value inside the document: the `at`-th, counted round and round. */
function replaceSomewhere(document: object, at: number, value: unknown): void {
  const places: [any, string][] = [];
  const visit = (node: any) => {
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      if (typeof node[key] === "object" && node[key] !== null) visit(node[key]);
    }
  };
  visit(document);
  const [node, key] = places[at % places.length]!;
  node[key] = value;
}
