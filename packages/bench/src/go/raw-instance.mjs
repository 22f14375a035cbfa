import { createCapabilities, createPreview1 } from "../../../tenon/dist/wasi/index.js";

/** @import { AnyFunction, AnyModule, RawExports } from "../types.js" */

/**
 * Makes an instance of a Go plugin by hand, as you would if you had nothing but the module.
 *
 * @param {WebAssembly.Module} module
 * @param {AnyModule} [imports] functions of the world, by name.
 * @returns {RawExports}
 */
export function rawInstance(module, imports = {}) {
  const preview1 = createPreview1(createCapabilities({ name: "raw", grants: {}, log() {} }));
  /** @type {Record<string, Record<string, AnyFunction>>} */
  const given = { wasi_snapshot_preview1: { ...preview1.imports }, $root: { ...imports } };
  // The bindings also import these for calls that wait; the calls here do not wait.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const functions = (given[from] ??= {});
    functions[name] ??= () => 0;
  }
  const { exports: all } = new WebAssembly.Instance(module, given);
  const exports = /** @type {RawExports} */ (/** @type {unknown} */ (all));
  preview1.bind(exports.memory);
  exports._initialize();
  return exports;
}
