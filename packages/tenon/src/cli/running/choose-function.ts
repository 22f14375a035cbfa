import { type Contract, findSignature, type Signature, signatures } from "../../contract/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import { usageError } from "../command-failure.js";
import { signatureText } from "../function-text.js";

/** The function that the command line names. @throws a usage error that lists those that there are. */
export function chooseFunction(contract: Contract, name: string, plugin: string): Signature {
  const found = findSignature(contract, name);
  if (found !== undefined && (found.kind === "function" || found.kind === "static" || found.kind === "constructor"))
    return found;
  const callable = signatures(contract.exports).filter(({ kind }) => kind === "function" || kind === "static");
  const near = didYouMean(
    name,
    callable.map(({ label }) => label),
  );
  const listed = callable.slice(0, 20).map((signature) => `\n    ${signatureText(signature)}`);
  if (callable.length > listed.length) listed.push(`\n    and ${callable.length - listed.length} more`);
  const what =
    found === undefined
      ? `there is no function "${name}"${near}`
      : `${name} is a method, and needs an object to be called on`;
  throw usageError(`${what}${listed.length === 0 || near !== "" ? "" : `; there are:${listed.join("")}`}`, {
    text: "Name one of the plugin's functions; this describes them.",
    command: `tenon run ${plugin}`,
  });
}
