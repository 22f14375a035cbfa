import { compileGuard, type FunctionType, type Type } from "../../contract/index.js";
import { type Case, type CaseContext, type CaseDefinition, casesOf } from "../target/case.js";
import { equal, holds, rejects } from "../target/expectations.js";
import { kitchenSink } from "../target/kitchen-sink.js";
import { sameValue, sampleValues } from "../target/sample-values.js";

const members = kitchenSink.exports.values.members;
type Name = keyof typeof members;

const groups: Readonly<Record<string, readonly [title: string, names: readonly Name[]]>> = {
  "whole-numbers": ["Whole numbers up to their limits", ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"]],
  "floating-point": ["Floating-point numbers, with -0, NaN and infinities", ["f32", "f64"]],
  text: ["Booleans, characters and strings", ["bool", "char", "string"]],
  bytes: ["Bytes", ["bytes"]],
  lists: ["Lists, and lists of lists", ["numbers", "bigNumbers", "strings", "grid"]],
  options: ["Options, and options of options", ["optionalNumber", "nestedOption"]],
  results: ["Results as values", ["outcomes", "bareOutcomes"]],
  named: ["Tuples, records, variants, enums, flags", ["tuple", "record", "variant", "enum", "flags"]],
  nested: ["A record that holds all of them", ["nested"]],
  wrapped: ["Bytes in records, lists, options, variants and results", ["wrapped"]],
};

function roundTrip(names: readonly Name[], way: "values" | "reflected"): CaseDefinition["run"] {
  return async ({ open }: CaseContext) => {
    const { exports } = await open();
    for (const name of names) {
      const type = parameterType(members[name]);
      const call = exports[way][name] as (value: unknown) => Promise<unknown>;
      for (const sample of sampleValues(type)) {
        const answer = await call(sample);
        holds(compileGuard(type)(answer), `${way}.${name}(): the answer is not a value of ${type.kind}`);
        holds(sameValue(type, answer, sample), `${way}.${name}(): gave ${show(sample)}, got ${show(answer)}`);
      }
    }
  };
}

function parameterType(type: FunctionType): Type {
  return (type.parameters[0] as { type: Type }).type;
}

function show(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

const circular: unknown[] = [];
circular.push(circular);

/** Values that do not have the type of the function's parameter, and what the message must contain. */
const wrong: readonly (readonly [name: Name, value: unknown, says: string])[] = [
  ["bool", 1, '"value"'],
  ["u8", 256, "u8"],
  ["u8", -1, "u8"],
  ["u8", 1.5, "u8"],
  ["u8", "1", "string"],
  ["s8", 128, "s8"],
  ["u32", 2 ** 32, "u32"],
  ["u32", Number.NaN, "u32"],
  ["s64", 1, "bigint"],
  ["u64", -1n, "u64"],
  ["f64", "1", "string"],
  ["char", "ab", "char"],
  ["char", "\ud800", "char"],
  ["string", 3, "string"],
  ["string", undefined, "string"],
  ["bytes", [1, 2], "Uint8Array"],
  ["numbers", [1, 2, "3"], "[2]"],
  ["strings", "text", "string"],
  ["grid", circular, "[0]"],
  ["nestedOption", "x", '"value"'],
  ["outcomes", [{ tag: "maybe" }], "[0]"],
  ["tuple", [1], '"value"'],
  ["record", { name: "Ada", age: 300, tags: [] }, "age"],
  ["record", { name: "Ada", tags: [] }, "age"],
  ["record", null, "null"],
  ["variant", { tag: "square", val: 1 }, "square"],
  ["variant", { tag: "circle", val: "1" }, "val"],
  ["enum", "purple", "purple"],
  ["flags", { fly: true }, "fly"],
];

export const valueCases: readonly Case[] = [
  ...casesOf("values", {
    ...Object.fromEntries(
      Object.entries(groups).map(([id, [title, names]]) => [
        id,
        { title: `${title}: host to plugin and back`, run: roundTrip(names, "values") },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(groups).map(([id, [title, names]]) => [
        `reflected-${id}`,
        {
          title: `${title}: plugin to host and back`,
          requires: ["callbacks"] as const,
          run: roundTrip(names, "reflected"),
        },
      ]),
    ),
    "wrong-parameters": {
      title: "Wrong parameters are refused with their path, and do not reach the plugin",
      async run({ open }) {
        const { exports } = await open();
        for (const [name, value, says] of wrong) {
          const error = await rejects(
            (exports.values[name] as (value: unknown) => Promise<unknown>)(value),
            "TENON_VALUE_TYPE",
          );
          holds(error.message.includes(`values.${name}()`), `${error.message}: names no function`);
          holds(error.message.includes(says), `${error.message}: does not say ${says}`);
        }
        equal(await exports.version(), "1");
      },
    },
    "large-nested": {
      title: "A list of 10,000 records passes unchanged",
      async run({ open }) {
        const { exports } = await open();
        const people = Array.from({ length: 10_000 }, (_, at) => ({
          name: `p${at}`,
          age: at % 200,
          tags: ["a", `t${at}`],
        }));
        const household = {
          people,
          home: { tag: "empty" as const },
          rights: { read: true },
          position: [1.5, -2] as [number, number],
          budget: { tag: "err" as const, val: "none" },
          note: { tag: "none" as const },
        };
        const answer = await exports.values.nested(household);
        holds(sameValue(parameterType(members.nested), answer, household), "the answer differs");
      },
    },
  }),
  ...casesOf("wrong-values", {
    result: {
      title: "A result of another type is refused",
      async run({ open }) {
        const { exports } = await open();
        const error = await rejects(exports.errors.answerWrongly(), "TENON_VALUE_TYPE");
        holds(error.message.includes("errors.answerWrongly(): result"), error.message);
        equal(await exports.version(), "1");
      },
    },
    error: {
      title: "An error case of another type is refused",
      async run({ open }) {
        const { exports } = await open();
        const error = await rejects(exports.errors.failWrongly(), "TENON_VALUE_TYPE");
        holds(error.message.includes("errors.failWrongly(): error"), error.message);
      },
    },
    circular: {
      title: "A circular result is refused",
      async run({ open }) {
        const { exports } = await open();
        await rejects(exports.errors.circular(), "TENON_VALUE_TYPE");
        equal(await exports.version(), "1");
      },
    },
    "callback-parameters": {
      title: "Wrong parameters for a host function do not reach the host",
      requires: ["callbacks"],
      async run({ open }) {
        const { exports } = await open();
        const error = await rejects(exports.callbacks.callWrongly(), "TENON_VALUE_TYPE");
        holds(error.message.includes("host.add()"), error.message);
      },
    },
  }),
];
