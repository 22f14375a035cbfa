import { nothingToDo, type Rule, sameContract } from "./rule.js";

/** Rules about one function: its parameters, its result, and whether it waits. */
export const functionRules = {
  "async-callee": {
    severity: "adapts",
    change: "the caller has a `func` and the callee an `async func`",
    effect: "awaited through `plugin.exports`; not available through `plugin.sync`",
    message: ({ from, to, name }) =>
      `${name}() may wait in the ${to}, and the ${from} expects it to return immediately`,
    fix: ({ from, name }) =>
      `Call ${name}() through plugin.exports, not plugin.sync. To remove the difference, declare it async in the ${from}'s contract.`,
  },
  "async-caller": {
    severity: "note",
    change: "the caller has an `async func` and the callee a `func`",
    effect: "none: the function returns immediately",
    message: ({ from, to, name }) => `${name}() returns immediately in the ${to}, and the ${from} is prepared to wait`,
    fix: () => nothingToDo,
  },
  "parameter-renamed": {
    severity: "note",
    change: "a parameter has another name on the other side",
    effect: "none: calls are positional",
    message: ({ from, to, fromText, toText }) =>
      `the parameter is called ${fromText} in the ${from}'s contract and ${toText} in the ${to}'s`,
    fix: sameContract,
  },
  "parameters-reordered": {
    severity: "breaks",
    change: "a parameter has another position on the other side",
    effect: "values would reach the wrong parameters",
    message: ({ from, to, name }) =>
      `parameter "${name}" has another position in the ${to}'s contract than in the ${from}'s, and calls are positional`,
    fix: ({ from, to }) =>
      `Use the order of the ${from}'s contract in the ${to}'s, and add new parameters only at the end.`,
  },
  "parameter-none": {
    severity: "adapts",
    change: "the callee has one more parameter at the end, an `option`",
    effect: "the parameter is none",
    message: ({ from, to, name }) =>
      `the ${to} takes one more parameter, "${name}", which the ${from} does not pass: it is none`,
    fix: sameContract,
  },
  "parameter-missing": {
    severity: "breaks",
    change: "the callee has one more parameter, not an `option`",
    effect: "there is no value for it",
    message: ({ from, to, name }) => `the ${to} needs parameter "${name}", which the ${from} does not pass`,
    fix: ({ from, to, name }) => `Add "${name}" in the ${from}'s contract, or make it an option in the ${to}'s.`,
  },
  "parameter-dropped": {
    severity: "adapts",
    change: "the caller has one more parameter at the end, an `option`",
    effect: "its value is dropped",
    message: ({ from, to, name }) =>
      `the ${from} passes one more parameter, "${name}", which the ${to} does not take: it is dropped`,
    fix: ({ to, name }) =>
      `No action needed if the value may be ignored. Otherwise add "${name}" in the ${to}'s contract.`,
  },
  "parameter-lost": {
    severity: "breaks",
    change: "the caller has one more parameter, not an `option`",
    effect: "the callee would ignore what it is asked for",
    message: ({ from, to, name }) => `the ${from} passes parameter "${name}", which the ${to} does not take`,
    fix: ({ from, to, name }) => `Add "${name}" in the ${to}'s contract, or make it an option in the ${from}'s.`,
  },
  "result-dropped": {
    severity: "adapts",
    change: "the callee returns a value and the caller expects none",
    effect: "the value is dropped",
    message: ({ from, to, fromText }) => `the ${from} returns ${fromText} and the ${to} expects nothing: it is dropped`,
    fix: sameContract,
  },
  "result-none": {
    severity: "adapts",
    change: "the callee returns nothing and the caller expects an `option`",
    effect: "the caller gets none",
    message: ({ from, to, toText }) => `the ${from} returns nothing and the ${to} expects ${toText}: it gets none`,
    fix: sameContract,
  },
  "result-missing": {
    severity: "breaks",
    change: "the callee returns nothing and the caller expects a value",
    effect: "there is no value for it",
    message: ({ from, to, toText }) => `the ${from} returns nothing and the ${to} expects ${toText}`,
    fix: ({ from, to, toText }) =>
      `Return ${toText} in the ${from}, or make the result an option in the ${to}'s contract.`,
  },
  "result-infallible": {
    severity: "adapts",
    change: "the callee returns `T` and the caller expects `result<T, …>`",
    effect: "the result is always the ok case",
    message: ({ from, to }) => `the ${from} never returns an error, and the ${to} also expects an error case`,
    fix: sameContract,
  },
  "result-fallible": {
    severity: "breaks",
    change: "the callee returns `result<T, …>` and the caller expects `T`",
    effect: "the caller cannot handle the error case",
    message: ({ from, to, fromText }) => `the ${from} returns ${fromText}, and the ${to} expects no error case`,
    fix: ({ from, to, fromText }) =>
      `Return ${fromText} in the ${to}'s contract too, or throw in the ${from} instead of declaring a result.`,
  },
} as const satisfies Record<string, Rule>;
