import { plugin } from "tenon/guest";
import { type Artifacts, kitchenSink, olderSink } from "tenon/testing";
import dataSinkPlugin from "../fixtures/js/data-sink.js";
import { describeSink } from "../fixtures/js/describe-sink.js";
import { createSink } from "../fixtures/js/implementation.js";

/** The same fixtures as builtins. */
export const builtins = {
  "kitchen-sink": describeSink("1"),
  "kitchen-sink-v2": describeSink("2"),
  "wrong-kind": plugin(kitchenSink, (context) => ({
    ...createSink(() => context, "1").members,
    version: "1" as never,
  })),
  "older-contract": plugin(olderSink, (context) => ({
    ...createSink(() => context, "1").members,
    sign: ({ name }) => ({ name: `${name}!` }),
  })),
  "throws-at-load": plugin(kitchenSink, () => {
    throw new Error("broken on purpose");
  }),
  "waits-at-load": plugin(kitchenSink, () => new Promise(() => {})),
  unhealthy: describeSink("1", { unhealthy: true }),
  "refuses-state": describeSink("2", { refusesState: true }),
  "data-sink": dataSinkPlugin,
};

const partOfTheProgram = { notOffered: "A builtin is compiled and checked with the program itself." };

export const builtinArtifacts: Artifacts = {
  kitchenSink: "builtin:kitchen-sink",
  kitchenSinkV2: "builtin:kitchen-sink-v2",
  missingExport: partOfTheProgram,
  wrongKind: "builtin:wrong-kind",
  otherContract: partOfTheProgram,
  olderContract: "builtin:older-contract",
  syntaxError: partOfTheProgram,
  throwsAtLoad: "builtin:throws-at-load",
  exitsAtLoad: partOfTheProgram,
  waitsAtLoad: "builtin:waits-at-load",
  loopsAtLoad: partOfTheProgram,
  unhealthy: "builtin:unhealthy",
  refusesState: "builtin:refuses-state",
  dataSink: "builtin:data-sink",
};
