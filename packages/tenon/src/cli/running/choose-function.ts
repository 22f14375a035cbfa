import { type Contract, findSignature, type Signature, signatures } from "../../contract/index.js";
import { functionIsMethod, functionUnknown } from "../../errors/factories/command.js";
import { didYouMean } from "../../runtime/nearest.js";
import { signatureText } from "../function-text.js";

/** Returns the function that the command line names. @throws TENON_USAGE, which lists the functions */
export function chooseFunction(contract: Contract, name: string, plugin: string): Signature {
  const found = findSignature(contract, name);
  if (found !== undefined && (found.kind === "function" || found.kind === "static" || found.kind === "constructor"))
    return found;
  const callable = signatures(contract.exports).filter(({ kind }) => kind === "function" || kind === "static");
  const near = didYouMean(
    name,
    callable.map(({ label }) => label),
  );
  const listed = callable.slice(0, 20).map(signatureText);
  if (callable.length > listed.length) listed.push(`and ${callable.length - listed.length} more`);
  throw found === undefined
    ? functionUnknown(name, near, listed, plugin)
    : functionIsMethod(name, near === "" ? listed : [], plugin);
}
