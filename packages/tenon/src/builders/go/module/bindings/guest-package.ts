import { supportSource } from "./support-source.js";

/** The path of the package of the supporting code. */
export const guestPackage = "tenon/guest";

/** The packages of the standard library that the supporting code imports, and no other part of the bindings does. */
export const guestOnly: readonly string[] = ["errors", "strconv"];

const own = new Set(supportSource.match(/(?<=^(?:func|type|var|const) )tenon[A-Z]\w*/gm));

/**
 * The supporting code as a package: it is the same for all plugins, and most of what their bindings are, so that an edit
 * would spend half of its compilation on it. What it declares is exported as `TenonX` where the source says `tenonX`.
 */
export const guestSource = `package guest

import (
\ttenonErrors "errors"
\ttenonRuntime "runtime"
\ttenonStrconv "strconv"
\ttenonUnsafe "unsafe"
)
${exported(supportSource)}`;

/** Source that uses the supporting code, with the names that the package exports. */
export function exported(source: string): string {
  return source.replace(/\btenon(?=[A-Z])\w+/g, (name) => (own.has(name) ? `T${name.slice(1)}` : name));
}
