import { type Contract, fullType, type Signature, signatures, type Type } from "../../../../contract/index.js";
import { errors } from "../../../../errors/index.js";
import { caseTypes, itemTypes } from "./flat-types.js";

const mostFlags = 32;

/**
 * Refuses contracts that cannot be implemented in Go yet.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED
 */
export function expectSupported(contract: Contract): void {
  for (const signature of [...signatures(contract.imports), ...signatures(contract.exports)]) {
    const type = fullType(signature);
    for (const each of [...type.parameters.map((parameter) => parameter.type), type.result])
      if (each !== undefined) expectType(each, signature, contract);
  }
}

function expectType(type: Type, signature: Signature, contract: Contract): void {
  const inner = (next: Type | undefined) => {
    if (next !== undefined) expectType(next, signature, contract);
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
        throw refused(
          contract,
          signature,
          `${type.flags.length} flags in ${type.name}`,
          `Divide them into groups of at most ${mostFlags}.`,
        );
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

function refused(contract: Contract, { label }: Signature, what: string, text: string) {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${contract.id}: ${label}() has ${what}, which plugins in Go cannot have`,
    subject: label,
    fix: { text },
  });
}
