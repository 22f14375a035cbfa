import { nothingToDo, type Rule, sameContract } from "./rule.js";

/** Rules about the contract as a whole and the items in its import and export lists. */
export const itemRules = {
  "contract-package": {
    severity: "breaks",
    change: "namespace or package name differs",
    effect: "it is another contract, whatever its structure",
    message: ({ fromText, toText }) =>
      `the host's contract is ${fromText} and the plugin's is ${toText}, which is another contract`,
    fix: ({ fromText }) =>
      `Use a plugin for ${fromText}. If the package was renamed, correct the id in the plugin's contract and build it again.`,
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
    message: ({ from, to, name }) => `the ${from} calls ${name}(), which the ${to} does not have`,
    fix: ({ from, to, name }) =>
      `Add ${name}() to the ${to}, or make it optional in the ${from}'s contract: t.optional(…), in WIT @unstable(feature = optional).`,
  },
  "function-optional-missing": {
    severity: "note",
    change: "the callee lacks a function that is optional for the caller",
    effect: "the function is `undefined`",
    message: ({ to, name }) => `the ${to} does not have the optional function ${name}()`,
    fix: ({ to, name }) => `No action needed. To provide the function, add ${name}() to the ${to}.`,
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
    change: "the callee has a function that the caller does not know",
    effect: "it is never called",
    message: ({ from, to, name }) => `the ${to} has ${name}(), which the ${from} does not use`,
    fix: () => nothingToDo,
  },
  "interface-missing": {
    severity: "breaks",
    change: "the caller needs an interface that the callee lacks",
    effect: "its calls would have no target",
    message: ({ from, to, name }) => `the ${from} needs the interface ${name}, which the ${to} does not have`,
    fix: ({ from, to, name }) =>
      `Add the interface ${name} to the ${to}, or make all its functions optional in the ${from}'s contract.`,
  },
  "interface-optional-missing": {
    severity: "note",
    change: "the callee lacks an interface whose functions are all optional for the caller",
    effect: "its functions are `undefined`",
    message: ({ to, name }) => `the ${to} does not have the interface ${name}, in which every function is optional`,
    fix: ({ to, name }) => `No action needed. To provide the interface, add ${name} to the ${to}.`,
  },
  "interface-extra": {
    severity: "note",
    change: "the callee has an interface that the caller does not know",
    effect: "it is never called",
    message: ({ from, to, name }) => `the ${to} has the interface ${name}, which the ${from} does not use`,
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
    message: ({ from, to, name }) => `the ${from} needs the resource ${name}, which the ${to} does not have`,
    fix: ({ from, to, name }) => `Add the resource ${name} to the ${to}, or remove it from the ${from}'s contract.`,
  },
  "resource-extra": {
    severity: "note",
    change: "the callee has a resource that the caller does not know",
    effect: "it is never used",
    message: ({ from, to, name }) => `the ${to} has the resource ${name}, which the ${from} does not use`,
    fix: () => nothingToDo,
  },
  "item-kind": {
    severity: "breaks",
    change: "the name is a function, an interface or a resource on one side, and another of them on the other",
    effect: "the call would have no target",
    message: ({ from, to, name, fromText, toText }) =>
      `${name} is ${fromText} for the ${from} and ${toText} for the ${to}`,
    fix: ({ from, to, name, fromText }) =>
      `Make ${name} ${fromText} in the ${to}'s contract, or rename it in the ${from}'s.`,
  },
} as const satisfies Record<string, Rule>;
