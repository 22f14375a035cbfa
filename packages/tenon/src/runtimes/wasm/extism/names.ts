import { type Contract, camel, pascal, type Signature, signatures } from "../../../contract/core.js";
import { interfaceKey } from "../host-functions.js";

/** The module whose functions the kernel offers. */
export const environmentModule = "extism:host/env";

/** Modules that hold what the plugin needs of WASI. */
export const isPreview1 = (module: string): boolean => module === "wasi_snapshot_preview1";

/** How plugins may spell a function of the contract: `count-vowels`, `count_vowels`, `countVowels`, `CountVowels`. */
export function spellings(kebabName: string): readonly string[] {
  return [kebabName, kebabName.replaceAll("-", "_"), camel(kebabName), pascal(kebabName)];
}

/** A name in kebab-case, or `undefined` for one that WIT could not say. */
export function contractName(name: string): string | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
  return /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(words) && words.length <= 255 ? words : undefined;
}

/** The host's function that an import means: of the interface that its module names, else one of none. */
export function importedFunction(contract: Contract, module: string, name: string): Signature | undefined {
  const key = interfaceKey(contract, contract.imports, module);
  return signatures(contract.imports).find(
    (signature) =>
      signature.kind === "function" && signature.interface === key && spellings(memberOf(signature)).includes(name),
  );
}

/** Its name without the interface's: in kebab-case. */
export function memberOf({ path }: Signature): string {
  return path.slice(path.indexOf("#") + 1);
}
