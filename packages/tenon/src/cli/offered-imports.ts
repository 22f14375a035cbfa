import { type Contract, pascal, type Signature, signatures } from "../contract/index.js";
import { errors } from "../errors/index.js";

/**
 * The host functions that `tenon run` offers for a contract: one that takes only text and answers nothing is a log, and
 * is handed to `log`; every other one throws TENON_IMPORT_MISSING when it is called. Optional ones are left out.
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
  throw errors.TENON_IMPORT_MISSING({
    message: `the plugin called the host function ${label}(), which tenon run does not have`,
    subject: label,
    fix: { text: "Open the plugin in a program that offers the function: tenon new host shows how." },
  });
}
