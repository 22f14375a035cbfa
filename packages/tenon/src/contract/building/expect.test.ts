import { expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "./builder.js";

// What TypeScript refuses, as a program in JavaScript writes it.
const f = t as any;
const exported = (exports: unknown) => contract("a:b@1.0.0", { exports } as any);

const mistakes: readonly [string, () => unknown, string, string?][] = [
  [
    "functions without t.interface()",
    () => exported({ store: { get: t.func([], t.u32) } }),
    "contract a:b@1.0.0: exports.store: expected an interface, got an object of functions",
    "Write store: t.interface({ … }).",
  ],
  [
    "no item",
    () => exported({ get: undefined }),
    "contract a:b@1.0.0: exports.get: expected a function, an interface or a resource, got undefined",
  ],
  [
    "a type",
    () => exported({ get: t.u32 }),
    "contract a:b@1.0.0: exports.get: expected a function, an interface or a resource, got t.u32",
    "Values are passed by functions: t.func([], t.string).",
  ],
  [
    "an implementation",
    () => exported({ get: () => 1 }),
    "contract a:b@1.0.0: exports.get: expected a function, an interface or a resource, got function get",
    "A contract declares functions and holds no code: t.func([], t.string).",
  ],
  [
    "no definition",
    () => contract("a:b@1.0.0", undefined as any),
    "contract a:b@1.0.0: expected an object of imports and exports, got undefined",
  ],
  [
    "a definition that is no object",
    () => exported(5),
    "contract a:b@1.0.0: exports: expected an object of functions, interfaces and resources, got number 5",
  ],
  [
    "a misspelled key",
    () => contract("a:b@1.0.0", { export: {} } as any),
    'contract a:b@1.0.0: expected "imports", "exports" or "docs", got "export"',
  ],
  ["no id", () => contract(undefined as any, {}), "contract id: expected a string, got undefined"],
  [
    "no parameters",
    () => f.func(),
    't.func(): expected a list of parameters, such as [["name", t.string]], got undefined',
  ],
  [
    "parameters as an object",
    () => f.func({ name: t.string }),
    't.func(): expected a list of parameters, such as [["name", t.string]], got object',
  ],
  [
    "a parameter without a type",
    () => f.func(["name"]),
    't.func(): parameter 1: expected a name and a type, such as ["name", t.string], got string "name"',
  ],
  [
    "a parameter of no type",
    () => f.func([["name", "string"]]),
    't.func(): parameter "name": expected a type, such as t.string, got string "string"',
  ],
  [
    "a record without a name, as a parameter",
    () => f.func([["options", { color: t.string }]]),
    't.func(): parameter "options": expected a type, such as t.string, got object',
    'A record has a name: t.record("name", { … }).',
  ],
  [
    "a resource without own or borrow",
    () => f.func([], t.resource("file", {})),
    "t.func(): result: expected a type, such as t.string, got t.resource(…)",
    "An object of a resource is passed as t.own(…) or t.borrow(…).",
  ],
  [
    "options that do not exist",
    () => f.func([], t.u8, { asynchronous: true }),
    't.func(): options: expected "docs" or "async", got "asynchronous"',
  ],
  [
    "null for options",
    () => f.func([], t.u8, null),
    't.func(): options: expected an object with "docs" or "async", got null',
  ],
  ["a list of nothing", () => f.list(), "t.list(): expected a type, such as t.string, got undefined"],
  ["an option of null", () => f.option(null), "t.option(): expected a type, such as t.string, got null"],
  [
    "a result of a number",
    () => f.result(t.u8, 5),
    "t.result(): the error: expected a type, such as t.string, got number 5",
  ],
  [
    "a tuple with an array",
    () => f.tuple(t.u8, []),
    "t.tuple(): item 2: expected a type, such as t.string, got array of 0",
  ],
  ["a record without a name", () => f.record({ x: t.u8 }), "t.record(): name: expected a string, got object"],
  ["a record without fields", () => f.record("r"), 't.record("r"): expected an object of types, got undefined'],
  [
    "a field of no type",
    () => f.record("r", { x: 1 }),
    't.record("r"): field "x": expected a type, such as t.string, got number 1',
  ],
  [
    "a case of no type",
    () => f.variant("v", { x: "u8" }),
    't.variant("v"): case "x": expected a type, such as t.string, got string "u8"',
  ],
  ["an enum of an object", () => f.enum("e", { x: 1 }), 't.enum("e"): case: expected a list of strings, got object'],
  ["a flag that is a number", () => f.flags("f", ["a", 2]), 't.flags("f"): flag 2: expected a string, got number 2'],
  ["an owned string", () => f.own(t.string), "t.own(): expected a resource, got t.string"],
  ["an owned list of strings", () => f.own(t.list(t.string)), "t.own(): expected a resource, got t.list(…)"],
  ["a borrowed nothing", () => f.borrow(), "t.borrow(): expected a resource, got undefined"],
  ["a stream of text", () => f.stream("u8"), 't.stream(): expected a type, such as t.string, got string "u8"'],
  ["a future of text", () => f.future("u8"), 't.future(): expected a type, such as t.string, got string "u8"'],
  ["an optional type", () => f.optional(t.u8), "t.optional(): expected a function, got t.u8"],
  [
    "an interface of nothing",
    () => f.interface(),
    "t.interface(): expected an object of functions and resources, got undefined",
  ],
  [
    "an interface of types",
    () => f.interface({ x: t.u8 }),
    "t.interface(): x: expected a function or a resource, got t.u8",
  ],
  [
    "a resource of nothing",
    () => f.resource("r"),
    't.resource("r"): expected an object of methods, statics and constructs, got undefined',
  ],
  [
    "a resource with members",
    () => f.resource("r", { members: {} }),
    't.resource("r"): expected "constructs", "methods", "statics" or "docs", got "members"',
  ],
  [
    "a method of no function",
    () => f.resource("r", { methods: { get: t.u8 } }),
    't.resource("r"): methods.get: expected a function, got t.u8',
  ],
  [
    "a constructor of a function",
    () => f.resource("r", { constructs: t.func([]) }),
    't.resource("r"): constructs: expected a list of parameters, such as [["name", t.string]], got t.func(…)',
  ],
];

test.each(mistakes)("%s is refused with what was expected and found", (_, define, message, fix) => {
  try {
    define();
  } catch (error) {
    if (!isTenonError(error, "TENON_CONTRACT_INVALID")) throw error;
    expect(error.message).toBe(message);
    if (fix !== undefined) expect(error.fix?.text).toBe(fix);
    return;
  }
  throw new Error("nothing was refused");
});
