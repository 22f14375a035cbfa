/** How esbuild writes its helper that makes namespaces and exports. */
const helper = `var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
`;

const lines = helper.split("\n").length - 1;

/**
 * Lets a bundle use the runtime's `__tenon_copy` in place of esbuild's helper, which makes a function for each name of each
 * imported module, in each plugin. Changes nothing but that helper, which is in front of all code of the plugin; returns `undefined`
 * if it is not there.
 */
export function withSharedGetters(bundle: string): string | undefined {
  // The name of a file, in a comment, comes before its code.
  const end = bundle.indexOf("\n// ");
  const at = bundle.indexOf(helper);
  if (at === -1 || at > end) return undefined;
  return `${bundle.slice(0, at)}var __copyProps = __tenon_copy;${"\n".repeat(lines)}${bundle.slice(at + helper.length)}`;
}
