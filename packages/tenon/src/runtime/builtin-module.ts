import { createRequire } from "node:module";

/** Modules that few programs need, and that take milliseconds to load. */
interface BuiltinModules {
  readonly "node:child_process": typeof import("node:child_process");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:inspector": typeof import("node:inspector");
  readonly "node:zlib": typeof import("node:zlib");
}

/** Loads a module of Node's when it is first needed, so that `import "tenon"` does not. */
export function builtinModule<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] {
  return createRequire(process.execPath)(name) as BuiltinModules[Name];
}
