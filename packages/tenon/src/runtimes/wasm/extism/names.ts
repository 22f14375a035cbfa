import { type Contract, camel, pascal, type Signature, signatures } from "../../../contract/core.js";
import { interfaceKey } from "../linking/host-functions.js";

/** The module whose functions the kernel provides. */
export const environmentModule = "extism:host/env";

/** Whether an import module is WASI preview 1. */
export const isPreview1 = (module: string): boolean => module === "wasi_snapshot_preview1";

/** Returns the spellings that plugins may use for a function of the contract: `count-vowels`, `count_vowels`, `countVowels`, `CountVowels`. */
export function spellings(kebabName: string): readonly string[] {
  return [kebabName, kebabName.replaceAll("-", "_"), camel(kebabName), pascal(kebabName)];
}

/** Returns a name in kebab-case, or `undefined` if WIT cannot express it. */
export function contractName(name: string): string | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
  return /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(words) && words.length <= 255 ? words : undefined;
}

/** Returns the host function for an import: in the interface that its module names, otherwise outside any interface. */
export function importedFunction(contract: Contract, module: string, name: string): Signature | undefined {
  const key = interfaceKey(contract, contract.imports, module);
  return signatures(contract.imports).find(
    (signature) =>
      signature.kind === "function" && signature.interface === key && spellings(memberOf(signature)).includes(name),
  );
}

/** Returns the function's name without its interface, in kebab-case. */
export function memberOf({ path }: Signature): string {
  return path.slice(path.indexOf("#") + 1);
}
