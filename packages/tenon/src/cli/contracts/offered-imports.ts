import { type Contract, pascal, type Signature, signatures } from "../../contract/index.js";
import { hostFunctionMissing } from "../../errors/factories/command.js";

/**
 * Returns the host functions that `tenon run` provides for a contract: those that take only text and return nothing pass it
 * to `log`, all others throw TENON_IMPORT_MISSING when called. Optional ones are left out.
 */
export function offeredImports(contract: Contract, log: (label: string, text: string) => void): Record<string, any> {
  const imports: Record<string, any> = {};
  for (const signature of signatures(contract.imports)) {
    if (signature.type.optional || signature.kind === "drop" || signature.kind === "method") continue;
    const scope = signature.interface === undefined ? imports : (imports[signature.interface] ??= {});
    if (signature.resource !== undefined) offerResource(scope, signature);
    else
      scope[signature.name] = isLog(signature)
        ? (...words: string[]) => log(signature.label, words.join(" "))
        : () => refuse(signature);
  }
  return imports;
}

function offerResource(scope: Record<string, any>, signature: Signature): void {
  const name = pascal(signature.resource?.name ?? "");
  scope[name] ??= class {
    constructor() {
      refuse(signature);
    }
  };
  if (signature.kind === "static") scope[name][signature.name] = () => refuse(signature);
}

function isLog({ type }: Signature): boolean {
  return (
    type.result === undefined &&
    type.parameters.length > 0 &&
    type.parameters.every(({ type: { kind } }) => kind === "string" || kind === "enum")
  );
}

function refuse({ label }: Signature): never {
  throw hostFunctionMissing(label);
}
