import { createCapabilities, createPreview1 } from "../../../tenon/dist/wasi/index.js";

/**
 * Makes an instance of a Go plugin by hand, as you would if you had nothing but the module.
 *
 * @param imports functions of the world, by name.
 */
export function rawInstance(module, imports = {}) {
  const preview1 = createPreview1(createCapabilities({ name: "raw", grants: {}, log() {} }));
  const given = { wasi_snapshot_preview1: { ...preview1.imports }, $root: { ...imports } };
  // The bindings also import these for calls that wait; the calls here do not wait.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    given[from] ??= {};
    given[from][name] ??= () => 0;
  }
  const { exports } = new WebAssembly.Instance(module, given);
  preview1.bind(exports.memory);
  exports._initialize();
  return exports;
}
