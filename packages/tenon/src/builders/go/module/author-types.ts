import type { AuthorTypes } from "./bindings/index.js";
import type { GoPackage } from "./package-graph.js";

/** Returns what a plugin's package declares, for the bindings. */
export function authorTypes({ files }: GoPackage): AuthorTypes {
  const declares = (name: string) => files.some((file) => file.declared.has(name));
  return {
    hasMethod: (type, method) => declares(`${type}.${method}`),
    hasFunction: declares,
    takesContext: (type, method) => files.some((file) => file.takesContext.has(`${type}.${method}`)),
  };
}
