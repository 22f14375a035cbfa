import { type Contract, type FunctionType, fullType, signatures, type Type } from "../../../contract/core.js";
import { contains } from "../../../contract/model/reach.js";
import { flattenFunction } from "../abi/index.js";

/** What a core module must export, in addition to its functions, so that values can be passed. */
export interface MemoryNeeds {
  readonly memory: boolean;
  readonly realloc: boolean;
}

/** Source: Component Model, CanonicalABI.md: values of variable length, and those beyond the flat limits, are passed in memory. */
export function memoryNeeds(contract: Contract): MemoryNeeds {
  const exported = signatures(contract.exports).map(fullType);
  const imported = signatures(contract.imports).map(fullType);
  const allocates = exported.some(takesMemory) || imported.some(({ result }) => varies(result));
  const memory =
    allocates ||
    exported.some((type) => varies(type.result) || flattenFunction(type, "lift", false).resultInMemory) ||
    imported.some((type) => takesMemory(type) || flattenFunction(type, "lower", false).resultInMemory);
  return { memory, realloc: allocates };
}

function takesMemory(type: FunctionType): boolean {
  return (
    type.parameters.some((parameter) => varies(parameter.type)) ||
    flattenFunction(type, "lift", false).parametersInMemory
  );
}

/** Whether values of a type have a variable length. */
function varies(type: Type | undefined): boolean {
  return type !== undefined && holdsLists(type);
}

const holdsLists = contains(({ kind }) => kind === "string" || kind === "list", "own");
