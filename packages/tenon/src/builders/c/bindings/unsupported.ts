import { type Contract, fullType, type Signature, signatures, type Type } from "../../../contract/index.js";
import { errors } from "../../../errors/index.js";
import { parts, payloads } from "./flat.js";

/**
 * Refuses contracts that cannot be implemented in C.
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
  switch (type.kind) {
    case "stream":
    case "future":
      throw errors.TENON_CONTRACT_UNSUPPORTED({
        message: `contract ${contract.id}: ${signature.label}() has a ${type.kind}, which plugins in C cannot have`,
        subject: signature.label,
        fix: { text: "Pass a list, or an object with a method that gives the next value." },
      });
    case "list":
      expectType(type.element, signature, contract);
      break;
    case "record":
    case "tuple":
      for (const part of parts(type)) expectType(part, signature, contract);
      break;
    case "variant":
    case "option":
    case "result":
      for (const each of payloads(type)) if (each !== undefined) expectType(each, signature, contract);
  }
}
