import { cBindings } from "../../../tenon/src/builders/c/bindings/index.js";
import { generateBindings } from "../../../tenon/src/builders/go/module/bindings/index.js";
import { entrySource } from "../../../tenon/src/builders/typescript/component/entry.js";
import { adviseVersion } from "../../../tenon/src/contract/compat/advice.js";
import { adaptContract, compareContracts } from "../../../tenon/src/contract/compat/index.js";
import {
  type Contract,
  compileCheckedCopy,
  compileGuard,
  compileMeasure,
  contractFromJson,
  contractToDts,
  contractToJson,
  contractToProto,
  contractToWit,
  fingerprint,
  signatures,
} from "../../../tenon/src/contract/index.js";
import { defaultLimits } from "../../../tenon/src/host/options.js";
import { Functions } from "../../../tenon/src/host/plugin.js";
import { createPoint } from "../../../tenon/src/host/point.js";
import { compileDecoder, compileEncoder } from "../../../tenon/src/rpc/codec/index.js";
import { Boundary, implement } from "../../../tenon/src/runtime/index.js";
import { memoryNeeds } from "../../../tenon/src/runtimes/wasm/core-module/memory-needs.js";
import { functionTypesEqual } from "../../../tenon/src/runtimes/wasm/linking/type-equality.js";

const functionsOf = (made: Contract) => signatures(made.exports).map(({ type }) => type);
const typesOf = (made: Contract) =>
  functionsOf(made).flatMap(({ parameters, result }) => [
    ...parameters.map(({ type }) => type),
    ...(result ? [result] : []),
  ]);
const allLimits = { ...defaultLimits, bytes: 1000 };
const nowhere = {
  active: undefined,
  state: "opening" as const,
  whenActive: () => Promise.reject(new Error()),
  whenReady: () => Promise.reject(new Error()),
  refusal: () => new Error() as any,
};
const boundary = () => new Boundary({ table: { get: () => undefined }, validates: true });

const anyAuthor = { hasMethod: () => true, hasFunction: () => false, takesContext: () => false };

/** Everything that follows the types of a contract. */
export const walks: Readonly<Record<string, (made: Contract, other: Contract) => unknown>> = {
  contractToWit,
  "contractToJson and contractFromJson": (made) => contractFromJson(JSON.stringify(contractToJson(made))),
  contractToDts,
  contractToProto,
  fingerprint,
  compareContracts,
  adaptContract,
  adviseVersion,
  "guards and copies": (made) => {
    for (const type of typesOf(made)) [compileGuard(type), compileCheckedCopy(type), compileMeasure(type)];
  },
  codecs: (made) => {
    for (const type of typesOf(made)) [compileEncoder(type), compileDecoder(type)];
  },
  "binding, finding, with": (made) => {
    const functions = new Functions(made, allLimits, nowhere, true);
    for (const symbol of functions.symbols()) functions.lookup(symbol);
    functions.withOptions({ deadline: 1 });
  },
  "implementing nothing": (made) =>
    implement(
      made.exports,
      {},
      { boundary: boundary(), subject: "plugin", threw: "TENON_CALL_THREW", missing: "TENON_EXPORT_MISSING" },
    ),
  memoryNeeds,
  functionTypesEqual: (made, other) => {
    const others = functionsOf(other);
    for (const [index, type] of functionsOf(made).entries()) functionTypesEqual(type, others[index]!);
  },
  points: (made) => createPoint(made),
  "bindings for C": cBindings,
  "bindings for Go": (made) => generateBindings(made, anyAuthor),
  "the entry of a TypeScript component": (made) => entrySource(made, "./plugin.ts", "./guest.ts"),
};
