import { type Contract, camel, findSignature, type Signature, signatures } from "../../contract/index.js";
import { functionIsMethod, functionUnknown, programArgumentMisplaced } from "../../errors/factories/command.js";
import { didYouMean } from "../../runtime/nearest.js";
import { signatureText } from "../arguments/function-text.js";
import { programKey } from "./run-command.js";

/** Returns the function that the command line names. @throws TENON_USAGE, which lists the functions */
export function chooseFunction(
  contract: Contract,
  name: string,
  plugin: string,
  words: readonly string[] = [],
): Signature {
  const found = findSignature(contract, name) ?? onlyFunction(contract, name);
  if (found !== undefined && (found.kind === "function" || found.kind === "static" || found.kind === "constructor"))
    return found;
  if (found === undefined && programKey(contract) !== undefined)
    throw programArgumentMisplaced(plugin, [name, ...words]);
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

/** Returns the function with this name in any interface, if there is only one. */
function onlyFunction(contract: Contract, name: string): Signature | undefined {
  const named = signatures(contract.exports).filter((each) => each.kind === "function" && each.name === camel(name));
  return named.length === 1 ? named[0] : undefined;
}
