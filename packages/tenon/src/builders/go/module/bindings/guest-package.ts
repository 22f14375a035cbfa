import { supportSource } from "./support-source.js";

/** The import path of the support code. */
export const guestPackage = "tenon/guest";

/** The packages of the standard library that only the support code imports. */
export const guestOnly: readonly string[] = ["errors", "strconv"];

const own = new Set(supportSource.match(/(?<=^(?:func|type|var|const) )tenon[A-Z]\w*/gm));

/**
 * The support code as a package. It is the same for all plugins and the largest part of their bindings: compiling it again for
 * each edit would take half of the compilation. The package exports `TenonX` for each `tenonX` in the source.
 */
export const guestSource = `package guest

import (
\ttenonErrors "errors"
\ttenonRuntime "runtime"
\ttenonStrconv "strconv"
\ttenonUnsafe "unsafe"
)
${exported(supportSource)}`;

/** Replaces names of the support code with the names that the package exports. */
export function exported(source: string): string {
  return source.replace(/\btenon(?=[A-Z])\w+/g, (name) => (own.has(name) ? `T${name.slice(1)}` : name));
}
