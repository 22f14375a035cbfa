import { type Contract, fullType, type Signature, signatures, type Type } from "../../../../contract/index.js";
import { recursionIn } from "../../../../contract/model/component-types.js";
import { recursionUnsupported } from "../../../../errors/factories/contract.js";
import { goFlagsUnsupported } from "../../../../errors/factories/go-module.js";
import { caseTypes, itemTypes } from "./flat-types.js";

const mostFlags = 32;

/**
 * Rejects contracts that cannot be implemented in Go yet.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED
 */
export function expectSupported(contract: Contract): void {
  const recursion = recursionIn(contract);
  if (recursion !== undefined) throw recursionUnsupported(contract.id, recursion.label, recursion.type.target.name);
  const seen = new Set<Type>();
  for (const signature of [...signatures(contract.imports), ...signatures(contract.exports)]) {
    const type = fullType(signature);
    for (const each of [...type.parameters.map((parameter) => parameter.type), type.result])
      if (each !== undefined) expectType(each, signature, contract, seen);
  }
}

function expectType(type: Type, signature: Signature, contract: Contract, seen: Set<Type>): void {
  if (seen.has(type)) return;
  seen.add(type);
  const inner = (next: Type | undefined) => {
    if (next !== undefined) expectType(next, signature, contract, seen);
  };
  switch (type.kind) {
    case "stream":
      inner(type.element);
      break;
    case "future":
      inner(type.value);
      break;
    case "flags":
      if (type.flags.length > mostFlags)
        throw goFlagsUnsupported({
          contract: contract.id,
          label: signature.label,
          type: type.name,
          count: type.flags.length,
          most: mostFlags,
        });
      break;
    case "list":
      inner(type.element);
      break;
    case "record":
    case "tuple":
      for (const item of itemTypes(type)) inner(item);
      break;
    case "variant":
    case "option":
    case "result":
      for (const each of caseTypes(type)) inner(each);
  }
}
