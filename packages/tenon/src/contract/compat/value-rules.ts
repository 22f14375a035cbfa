import { nothingToDo, type Rule, sameContract } from "./rule.js";

/** Rules about values that go from the sender to the receiver. */
export const valueRules = {
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
      "the receiver's number type has every value of the sender's (`u8` → `u32`, `u32` → `s64`, `s32` → `f64`, `f32` → `f64`), or `char` → `string`",
    effect: "converted without loss",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}: it is converted without loss`,
    fix: sameContract,
  },
  "value-narrowed": {
    severity: "breaks",
    change:
      "the receiver's number type does not have every value of the sender's (`u32` → `u8`, `s32` → `u32`, `u64` → `f64`), or `string` → `char`",
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
    effect: "the items cannot be matched",
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
    effect: "the receiver could not read such a value",
    message: ({ from, to, name }) => `the ${from} may send case "${name}", which the ${to} does not know`,
    fix: ({ from, to, name }) => `Add case "${name}" in the ${to}'s contract, or remove it from the ${from}'s.`,
  },
  "enum-open": {
    severity: "note",
    change: "the receiver's enum is open and the sender's is not",
    effect: "none: numbers without a name are never sent",
    message: ({ from, to, toText }) => `the ${to} also accepts numbers (${toText}), which the ${from} never sends`,
    fix: () => nothingToDo,
  },
  "enum-closed": {
    severity: "breaks",
    change: "the sender's enum is open and the receiver's is not",
    effect: "the receiver could not read a number without a name",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} may send a number that has no name (${fromText}), and the ${to} reads only the cases (${toText})`,
    fix: ({ from, to }) => `Open the enum in the ${to}'s contract: { open: true }. Or close it in the ${from}'s.`,
  },
  "payload-dropped": {
    severity: "adapts",
    change: "the sender's case, result side, stream or future has a value and the receiver's has none",
    effect: "the value is dropped",
    message: ({ from, to, fromText }) =>
      `the ${from} sends ${fromText} with it and the ${to} expects nothing: it is dropped`,
    fix: sameContract,
  },
  "payload-none": {
    severity: "adapts",
    change: "the sender's case, result side, stream or future has no value and the receiver's an `option`",
    effect: "the value is none",
    message: ({ from, to, toText }) => `the ${from} sends nothing with it and the ${to} expects ${toText}: it is none`,
    fix: sameContract,
  },
  "payload-missing": {
    severity: "breaks",
    change: "the sender's case, result side, stream or future has no value and the receiver's has one",
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
      `No action needed if the flag may be ignored. Otherwise add "${name}" in the ${to}'s contract.`,
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
    effect: "both sides, or neither, would release the object",
    message: ({ from, to, fromText, toText }) =>
      `the ${from} sends ${fromText} and the ${to} expects ${toText}: they do not agree on who releases the object`,
    fix: ({ from, to, fromText, toText }) => `Use ${toText} in the ${from}'s contract, or ${fromText} in the ${to}'s.`,
  },
  "held-dropped": {
    severity: "breaks",
    change: "a value that would be dropped contains a resource, stream or future",
    effect: "it would never be released",
    message: ({ from, to, name }) =>
      `the ${from} sends "${name}", which the ${to} does not know, and which contains something that must be released`,
    fix: ({ from, to, name }) => `Add "${name}" in the ${to}'s contract, or remove it from the ${from}'s.`,
  },
} as const satisfies Record<string, Rule>;
