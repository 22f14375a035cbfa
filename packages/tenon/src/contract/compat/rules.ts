/** How much a difference matters: `note` changes nothing, `adapts` is bridged by Tenon, `breaks` cannot be bridged. */
export type DifferenceSeverity = "note" | "adapts" | "breaks";

/** One side of a comparison. */
export type Party = "host" | "plugin";

/**
 * The facts of one difference, for its message and cure. For rules about items and parameters, `from` calls and `to` is
 * called; for rules about results and values, `from` sends and `to` receives.
 */
export interface Facts {
  readonly from: Party;
  readonly to: Party;
  /** The name of the function, parameter, field, case, flag or type that it is about; empty if there is none. */
  readonly name: string;
  /** What each side has, as WIT text. */
  readonly fromText: string;
  readonly toText: string;
}

/** One row of the compat table in docs/contract.md, which is generated from here and kept equal by a test. */
export interface Rule {
  readonly severity: DifferenceSeverity;
  /** The change, in the words of the table. */
  readonly change: string;
  /** What becomes of a call or a value. */
  readonly effect: string;
  readonly message: (facts: Facts) => string;
  readonly fix: (facts: Facts) => string;
}

const nothingToDo = "Nothing has to be done.";
const sameContract = ({ from, to }: Facts) =>
  `Nothing has to be done; to remove the difference, give the ${from} and the ${to} the same contract.`;

/** Rules about the contract as a whole and the items in its import and export lists. */
const itemRules = {
  "contract-package": {
    severity: "breaks",
    change: "namespace or package name differs",
    effect: "another contract, whatever its structure",
    message: ({ fromText, toText }) =>
      `the host's contract is ${fromText} and the plugin's is ${toText}, which is another contract`,
    fix: ({ fromText }) =>
      `Give the plugin made for ${fromText}; or, if the package was renamed, correct the id in the plugin's contract and build it again.`,
  },
  "contract-version": {
    severity: "note",
    change: "version differs",
    effect: "none: the structure decides",
    message: ({ fromText, toText }) =>
      `the host has version ${fromText} of the contract and the plugin version ${toText}`,
    fix: () => nothingToDo,
  },
  "contract-world": {
    severity: "note",
    change: "world name differs",
    effect: "none: worlds are compared by what is in them",
    message: ({ fromText, toText }) => `the host's world is called ${fromText} and the plugin's ${toText}`,
    fix: sameContract,
  },
  "function-missing": {
    severity: "breaks",
    change: "the caller needs a function that the callee lacks",
    effect: "the call would have no target",
    message: ({ from, to, name }) => `the ${from} calls ${name}(), which the ${to} does not offer`,
    fix: ({ from, to, name }) =>
      `Add ${name}() to the ${to}, or make it optional in the ${from}'s contract: t.optional(…), in WIT @unstable(feature = optional).`,
  },
  "function-optional-missing": {
    severity: "note",
    change: "the callee lacks a function that is optional for the caller",
    effect: "the function is `undefined`",
    message: ({ to, name }) => `the ${to} leaves the optional function ${name}() out`,
    fix: ({ to, name }) => `Nothing has to be done; add ${name}() to the ${to} to offer it.`,
  },
  "function-optional": {
    severity: "breaks",
    change: "the caller needs a function that the callee may leave out",
    effect: "the function may be missing when it is called",
    message: ({ from, to, name }) => `the ${from} needs ${name}(), which is optional in the ${to}'s contract`,
    fix: ({ from, to, name }) => `Make ${name}() required in the ${to}'s contract, or optional in the ${from}'s.`,
  },
  "function-extra": {
    severity: "note",
    change: "the callee offers a function that the caller does not know",
    effect: "it is never called",
    message: ({ from, to, name }) => `the ${to} offers ${name}(), which the ${from} does not use`,
    fix: () => nothingToDo,
  },
  "interface-missing": {
    severity: "breaks",
    change: "the caller needs an interface that the callee lacks",
    effect: "its calls would have no target",
    message: ({ from, to, name }) => `the ${from} needs the interface ${name}, which the ${to} does not offer`,
    fix: ({ from, to, name }) =>
      `Add the interface ${name} to the ${to}, or make all its functions optional in the ${from}'s contract.`,
  },
  "interface-optional-missing": {
    severity: "note",
    change: "the callee lacks an interface whose functions are all optional for the caller",
    effect: "its functions are `undefined`",
    message: ({ to, name }) => `the ${to} leaves the interface ${name} out, of which nothing is required`,
    fix: ({ to, name }) => `Nothing has to be done; add the interface ${name} to the ${to} to offer it.`,
  },
  "interface-extra": {
    severity: "note",
    change: "the callee offers an interface that the caller does not know",
    effect: "it is never called",
    message: ({ from, to, name }) => `the ${to} offers the interface ${name}, which the ${from} does not use`,
    fix: () => nothingToDo,
  },
  "interface-version": {
    severity: "note",
    change: "the version of another package's interface differs",
    effect: "none: the structure decides",
    message: ({ from, to, fromText, toText }) => `the ${from} has ${fromText} and the ${to} ${toText}`,
    fix: sameContract,
  },
  "resource-missing": {
    severity: "breaks",
    change: "the caller needs a resource that the callee lacks",
    effect: "its calls would have no target",
    message: ({ from, to, name }) => `the ${from} needs the resource ${name}, which the ${to} does not offer`,
    fix: ({ from, to, name }) => `Add the resource ${name} to the ${to}, or remove it from the ${from}'s contract.`,
  },
  "resource-extra": {
    severity: "note",
    change: "the callee offers a resource that the caller does not know",
    effect: "it is never used",
    message: ({ from, to, name }) => `the ${to} offers the resource ${name}, which the ${from} does not use`,
    fix: () => nothingToDo,
  },
  "item-kind": {
    severity: "breaks",
    change: "a function, an interface and a resource bear the same name",
    effect: "the call would have no target",
    message: ({ from, to, name, fromText, toText }) =>
      `${name} is ${fromText} for the ${from} and ${toText} for the ${to}`,
    fix: ({ from, to, name, fromText }) =>
      `Make ${name} ${fromText} in the ${to}'s contract, or rename it in the ${from}'s.`,
  },
} as const satisfies Record<string, Rule>;

/** Rules about one function: its parameters, its result, and whether it waits. */
const functionRules = {
  "async-callee": {
    severity: "adapts",
    change: "the caller has a `func` and the callee an `async func`",
    effect: "awaited through `plugin.exports`; not available through `plugin.sync`",
    message: ({ from, to, name }) => `${name}() may wait in the ${to}, and the ${from} expects an answer at once`,
    fix: ({ from, name }) =>
      `Call ${name}() through plugin.exports, not plugin.sync; declare it async in the ${from}'s contract to remove the difference.`,
  },
  "async-caller": {
    severity: "note",
    change: "the caller has an `async func` and the callee a `func`",
    effect: "none: the answer is there at once",
    message: ({ from, to, name }) => `${name}() answers at once in the ${to}, and the ${from} is prepared to wait`,
    fix: () => nothingToDo,
  },
  "parameter-renamed": {
    severity: "note",
    change: "a parameter has another name, which the other side does not use",
    effect: "none: calls are positional",
    message: ({ from, to, fromText, toText }) =>
      `the parameter is called ${fromText} in the ${from}'s contract and ${toText} in the ${to}'s`,
    fix: sameContract,
  },
  "parameters-reordered": {
    severity: "breaks",
    change: "a parameter of the same name stands at another position",
    effect: "values would reach the wrong parameters",
    message: ({ from, to, name }) =>
      `parameter "${name}" stands at another position in the ${to}'s contract than in the ${from}'s, and calls are positional`,
    fix: ({ from, to }) =>
      `List the parameters in the same order in both contracts; add new ones at the end (${from} and ${to} are both named by position).`,
  },
  "parameter-none": {
    severity: "adapts",
    change: "the callee has one more parameter at the end, an `option`",
    effect: "it is given none",
    message: ({ from, to, name }) =>
      `the ${to} takes one more parameter, "${name}", which the ${from} does not give: it is none`,
    fix: sameContract,
  },
  "parameter-missing": {
    severity: "breaks",
    change: "the callee has one more parameter, not an `option`",
    effect: "there is no value for it",
    message: ({ from, to, name }) => `the ${to} needs parameter "${name}", which the ${from} does not give`,
    fix: ({ from, to, name }) => `Add "${name}" in the ${from}'s contract, or make it an option in the ${to}'s.`,
  },
  "parameter-dropped": {
    severity: "adapts",
    change: "the caller has one more parameter at the end, an `option`",
    effect: "its value is dropped",
    message: ({ from, to, name }) =>
      `the ${from} gives one more parameter, "${name}", which the ${to} does not take: it is dropped`,
    fix: ({ to, name }) =>
      `Nothing has to be done if the value may be ignored; otherwise add "${name}" in the ${to}'s contract.`,
  },
  "parameter-lost": {
    severity: "breaks",
    change: "the caller has one more parameter, not an `option`",
    effect: "the callee would do something else than it is asked to",
    message: ({ from, to, name }) => `the ${from} gives parameter "${name}", which the ${to} does not take`,
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
    effect: "the answer is the ok case; the error case never occurs",
    message: ({ from, to }) => `the ${from} always answers, and the ${to} also expects an error case`,
    fix: sameContract,
  },
  "result-fallible": {
    severity: "breaks",
    change: "the callee returns `result<T, …>` and the caller expects `T`",
    effect: "the error case would have nowhere to go",
    message: ({ from, to, fromText }) => `the ${from} returns ${fromText}, and the ${to} expects no error case`,
    fix: ({ from, to, fromText }) =>
      `Return ${fromText} in the ${to}'s contract too, or throw in the ${from} instead of declaring a result.`,
  },
} as const satisfies Record<string, Rule>;

/** Rules about values on their way from the sender to the receiver. */
const valueRules = {
  "type-kind": {
    severity: "breaks",
    change: "the types are of different kinds",
    effect: "the value cannot be read",
    message: ({ from, to, fromText, toText }) => `the ${from} sends ${fromText} and the ${to} expects ${toText}`,
    fix: ({ from, to, fromText, toText }) => `Use ${toText} in the ${from}'s contract, or ${fromText} in the ${to}'s.`,
  },
  "type-renamed": {
    severity: "note",
    change: "a record, variant, enum or flags type has another name",
    effect: "none: types are compared by structure",
    message: ({ from, to, fromText, toText }) =>
      `the type is called ${fromText} in the ${from}'s contract and ${toText} in the ${to}'s`,
    fix: sameContract,
  },
  "value-widened": {
    severity: "adapts",
    change:
      "every value of the sender's number type is one of the receiver's (`u8` → `u32`, `u32` → `s64`, `s32` → `f64`, `f32` → `f64`), or `char` → `string`",
    effect: "converted without loss",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}: it is converted without loss`,
    fix: sameContract,
  },
  "value-narrowed": {
    severity: "breaks",
    change:
      "not every value of the sender's number type is one of the receiver's (`u32` → `u8`, `s32` → `u32`, `u64` → `f64`), or `string` → `char`",
    effect: "a value might not fit",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}, which cannot hold every such value`,
    fix: ({ from, to, fromText, toText }) => `Use ${fromText} in the ${to}'s contract, or ${toText} in the ${from}'s.`,
  },
  "option-added": {
    severity: "adapts",
    change: "the sender has `T` and the receiver `option<T>`",
    effect: "the value is always there",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}: the value is always there`,
    fix: sameContract,
  },
  "option-removed": {
    severity: "breaks",
    change: "the sender has `option<T>` and the receiver `T`",
    effect: "there is no value for none",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} may send none (${fromText}) and the ${to} needs ${toText}`,
    fix: ({ from, to, fromText, toText }) => `Use ${fromText} in the ${to}'s contract, or ${toText} in the ${from}'s.`,
  },
  "tuple-length": {
    severity: "breaks",
    change: "the tuples have different lengths",
    effect: "items cannot be told apart",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}, which has another length`,
    fix: ({ from, to }) =>
      `Give both tuples the same items in the contracts of the ${from} and the ${to}; a record can grow, a tuple cannot.`,
  },
  "field-dropped": {
    severity: "adapts",
    change: "the sender has a record field that the receiver lacks",
    effect: "the field is dropped",
    message: ({ from, to, name }) => `the ${from} sends field "${name}", which the ${to} does not know: it is dropped`,
    fix: sameContract,
  },
  "field-none": {
    severity: "adapts",
    change: "the receiver has a record field that the sender lacks, an `option`",
    effect: "the field is none",
    message: ({ from, to, name }) => `the ${to} knows field "${name}", which the ${from} does not send: it is none`,
    fix: sameContract,
  },
  "field-missing": {
    severity: "breaks",
    change: "the receiver has a record field that the sender lacks, not an `option`",
    effect: "there is no value for it",
    message: ({ from, to, name }) => `the ${to} needs field "${name}", which the ${from} does not send`,
    fix: ({ from, to, name }) => `Add field "${name}" in the ${from}'s contract, or make it an option in the ${to}'s.`,
  },
  "case-unused": {
    severity: "note",
    change: "the receiver knows a variant or enum case that the sender lacks",
    effect: "none: it is never sent",
    message: ({ from, to, name }) => `the ${to} knows case "${name}", which the ${from} never sends`,
    fix: () => nothingToDo,
  },
  "case-unknown": {
    severity: "breaks",
    change: "the sender has a variant or enum case that the receiver lacks",
    effect: "such a value could not be read",
    message: ({ from, to, name }) => `the ${from} may send case "${name}", which the ${to} does not know`,
    fix: ({ from, to, name }) => `Add case "${name}" in the ${to}'s contract, or remove it from the ${from}'s.`,
  },
  "payload-dropped": {
    severity: "adapts",
    change: "the sender's case, result side, stream or future carries a value and the receiver's none",
    effect: "the value is dropped",
    message: ({ from, to, fromText }) =>
      `the ${from} sends ${fromText} with it and the ${to} expects nothing: it is dropped`,
    fix: sameContract,
  },
  "payload-none": {
    severity: "adapts",
    change: "the sender's case, result side, stream or future carries nothing and the receiver's an `option`",
    effect: "the value is none",
    message: ({ from, to, toText }) => `the ${from} sends nothing with it and the ${to} expects ${toText}: it is none`,
    fix: sameContract,
  },
  "payload-missing": {
    severity: "breaks",
    change: "the sender's case, result side, stream or future carries nothing and the receiver's a value",
    effect: "there is no value for it",
    message: ({ from, to, toText }) => `the ${from} sends nothing with it and the ${to} needs ${toText}`,
    fix: ({ from, to, toText }) => `Add ${toText} in the ${from}'s contract, or make it an option in the ${to}'s.`,
  },
  "flag-dropped": {
    severity: "adapts",
    change: "the sender has a flag that the receiver lacks",
    effect: "the flag is dropped",
    message: ({ from, to, name }) => `the ${from} may set flag "${name}", which the ${to} does not know: it is dropped`,
    fix: ({ to, name }) =>
      `Nothing has to be done if the flag may be ignored; otherwise add "${name}" in the ${to}'s contract.`,
  },
  "flag-unused": {
    severity: "note",
    change: "the receiver knows a flag that the sender lacks",
    effect: "none: it is false",
    message: ({ from, to, name }) => `the ${to} knows flag "${name}", which the ${from} never sets`,
    fix: () => nothingToDo,
  },
  "resource-differs": {
    severity: "breaks",
    change: "the handles are of different resources (another name or another interface)",
    effect: "the receiver could not use the object",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends a handle of ${fromText} and the ${to} expects one of ${toText}`,
    fix: ({ from, to, fromText, toText }) => `Use ${toText} in the ${from}'s contract, or ${fromText} in the ${to}'s.`,
  },
  ownership: {
    severity: "breaks",
    change: "one side has `own`, the other `borrow`",
    effect: "nobody, or both, would release the object",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}: who releases the object differs`,
    fix: ({ from, to, fromText, toText }) => `Use ${toText} in the ${from}'s contract, or ${fromText} in the ${to}'s.`,
  },
  "held-dropped": {
    severity: "breaks",
    change: "a value that would be dropped holds a resource, stream or future",
    effect: "nobody would release it",
    message: ({ from, to, name }) =>
      `the ${from} sends "${name}", which the ${to} does not know and which holds something that must be released`,
    fix: ({ from, to, name }) => `Add "${name}" in the ${to}'s contract, or remove it from the ${from}'s.`,
  },
} as const satisfies Record<string, Rule>;

/** Every rule of the comparison, by id. A rule is never renamed: reports and tests name it. */
export const rules = { ...itemRules, ...functionRules, ...valueRules } as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

/** The compat table of docs/contract.md, in Markdown. */
export function rulesTable(): string {
  const rows = Object.entries(rules).map(
    ([id, rule]) => `| \`${id}\` | ${rule.change} | ${rule.severity} | ${rule.effect} |`,
  );
  return ["| rule | difference | severity | what becomes of it |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
