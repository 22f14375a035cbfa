import { compileGuard, type FunctionType, type JsonValue, mostValueLevels, type Type } from "../../contract/index.js";
import type { Exports } from "../../contract/model/infer.js";
import { type Case, type CaseContext, type CaseDefinition, casesOf } from "../target/case.js";
import {
  type DataFeature,
  type DataSink,
  dataFeatures,
  dataSink,
  dataSinkImports,
  dataSinkOf,
  type Tree,
} from "../target/data-sink.js";
import { equal, holds, rejects } from "../target/expectations.js";
import type { KitchenSink, KitchenSinkImports } from "../target/kitchen-sink.js";
import { sameValue, sampleValues } from "../target/sample-values.js";

const artifacts = ["dataSink"] as const;
type Group = keyof DataSink["exports"];

/** Opens the data sink with the part of its contract that a feature needs. */
async function openSink({ open, offers }: CaseContext, feature: DataFeature): Promise<Exports<DataSink>> {
  const { exports } = await open({
    artifact: "dataSink",
    contract: dataSinkOf([feature], dataFeatures.filter(offers)) as unknown as KitchenSink,
    imports: dataSinkImports as unknown as KitchenSinkImports,
  });
  return exports as unknown as Exports<DataSink>;
}

function roundTrip(feature: DataFeature, group: Group): CaseDefinition["run"] {
  return async (context) => {
    const functions = (await openSink(context, feature))[group] as Record<string, (value: unknown) => Promise<unknown>>;
    for (const [name, member] of Object.entries<FunctionType>(dataSink.exports[group].members)) {
      const type = member.parameters[0]?.type;
      if (type === undefined) continue;
      for (const sample of sampleValues(type)) {
        const answer = await functions[name]!(sample);
        holds(compileGuard(type)(answer), `${group}.${name}(): the answer is not a value of its type`);
        holds(sameValue(type, answer, sample), `${group}.${name}(): the answer differs`);
      }
    }
  };
}

/** Values of another type: the function of a group, the value, and what the message must contain. */
type Wrong = readonly (readonly [name: string, value: unknown, says: string])[];

function refusesWrong(feature: DataFeature, group: Group, wrong: Wrong): CaseDefinition["run"] {
  return async (context) => {
    const functions = (await openSink(context, feature))[group] as Record<string, (value: unknown) => Promise<unknown>>;
    for (const [name, value, says] of wrong) {
      const error = await rejects(functions[name]!(value), "TENON_VALUE_TYPE");
      holds(error.message.includes(`${group}.${name}()`), `${error.message}: names no function`);
      holds(error.message.includes(says), `${error.message}: does not say ${says}`);
    }
  };
}

function cases(feature: DataFeature, group: Group, reflected: Group, title: string, wrong: Wrong) {
  return {
    "round-trip": { title: `${title}: host to plugin and back`, artifacts, run: roundTrip(feature, group) },
    reflected: {
      title: `${title}: plugin to host and back`,
      requires: ["callbacks"] as const,
      artifacts,
      run: roundTrip(feature, reflected),
    },
    "wrong-parameters": {
      title: `${title}: wrong parameters are refused with their path`,
      artifacts,
      run: refusesWrong(feature, group, wrong),
    },
  };
}

const cyclicList: unknown[] = [];
cyclicList.push({ again: cyclicList });
const cyclicTree: Tree = { label: "", children: [], named: new Map() };
cyclicTree.children.push(cyclicTree);

function nestedJson(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function nestedTree(levels: number): Tree {
  let value: Tree = { label: "end", children: [], named: new Map() };
  for (let level = 0; level < levels; level++)
    value =
      level % 2 === 0
        ? { label: "", children: [value], named: new Map() }
        : { label: "", children: [], named: new Map([["a", value]]) };
  return value;
}

/** Far more levels than any stack has frames. */
const endless = 1_000_000;

function typeOf(group: Group, name: string): Type {
  return (dataSink.exports[group].members as Record<string, FunctionType>)[name]!.parameters[0]!.type;
}

export const dataCases: readonly Case[] = [
  ...casesOf(
    "maps",
    cases("maps", "maps", "reflectedMaps", "Maps", [
      ["counts", { a: 1 }, "Map"],
      ["counts", new Map([["a", -1]]), '["a"]'],
      ["counts", new Map([[1, 1]]), "key"],
      ["wide", new Map([[1, undefined]]), "bigint"],
      ["nested", [new Map([["a", new Map([[1, "x"]])]])], '[0]["a"][1]'],
    ]),
  ),
  ...casesOf("json", {
    ...cases("json", "json", "reflectedJson", "JSON values", [
      ["value", undefined, "JSON"],
      ["value", { a: [1, Number.NaN] }, "a[1]"],
      ["value", new Date(0), "Date"],
      ["value", cyclicList, "256 levels"],
      ["values", [{ a: 1n }], "[0].a"],
    ]),
    depth: {
      title: "JSON values of 256 levels pass, deeper ones are refused at any depth",
      artifacts,
      async run(context) {
        const { json } = await openSink(context, "json");
        const deep = nestedJson(mostValueLevels);
        holds(sameValue(typeOf("json", "value"), await json.value(deep), deep), "the answer differs");
        for (const levels of [mostValueLevels + 1, endless])
          await rejects(json.value(nestedJson(levels)), "TENON_VALUE_TYPE");
        equal(await json.value(1), 1);
      },
    },
    "wrong-results": {
      title: "Results that contain themselves, or that JSON cannot express, are refused",
      requires: ["wrong-values"],
      artifacts,
      async run(context) {
        const { json } = await openSink(context, "json");
        for (const name of ["cyclic", "unfit"] as const) {
          const error = await rejects(json[name](), "TENON_VALUE_TYPE");
          holds(error.message.includes(`json.${name}(): result`), error.message);
        }
        equal(await json.value(null), null);
      },
    },
  }),
  ...casesOf("recursive-types", {
    ...cases("recursive-types", "recursion", "reflectedRecursion", "Recursive types", [
      [
        "tree",
        { label: "", children: [{ label: 1, children: [], named: new Map() }], named: new Map() },
        "children[0].label",
      ],
      ["tree", cyclicTree, "256 levels"],
      [
        "expression",
        { tag: "negated", val: { tag: "called", val: { name: "f", given: [{ tag: "other" }] } } },
        "given[0].tag",
      ],
    ]),
    depth: {
      title: "Values that contain themselves 256 times pass, deeper ones are refused at any depth",
      artifacts,
      async run(context) {
        const { recursion } = await openSink(context, "recursive-types");
        const deep = nestedTree(mostValueLevels);
        holds(sameValue(typeOf("recursion", "tree"), await recursion.tree(deep), deep), "the answer differs");
        for (const levels of [mostValueLevels + 1, endless])
          await rejects(recursion.tree(nestedTree(levels)), "TENON_VALUE_TYPE");
        equal((await recursion.tree(nestedTree(0))).label, "end");
      },
    },
    "wrong-results": {
      title: "Results that contain themselves endlessly are refused",
      requires: ["wrong-values"],
      artifacts,
      async run(context) {
        const { recursion } = await openSink(context, "recursive-types");
        const error = await rejects(recursion.cyclic(), "TENON_VALUE_TYPE");
        holds(error.message.includes("recursion.cyclic(): result"), error.message);
        equal((await recursion.tree(nestedTree(0))).label, "end");
      },
    },
  }),
  ...casesOf(
    "open-enums",
    cases("open-enums", "openEnums", "reflectedOpenEnums", "Open enums", [
      ["mode", "unknown", '"on"'],
      ["mode", 2 ** 31, "s32"],
      ["modes", [1.5], "[0]"],
    ]),
  ),
];
