import { createCapabilities, createPreview1 } from "../../../tenon/dist/wasi/index.js";

/**
 * An instance of a Go plugin as somebody makes it by hand, who has nothing but the module.
 *
 * @param imports functions of the world, by name.
 */
export function rawInstance(module, imports = {}) {
  const preview1 = createPreview1(createCapabilities({ name: "raw", grants: {}, log() {} }));
  const given = { wasi_snapshot_preview1: { ...preview1.imports }, $root: { ...imports } };
  // What the bindings have besides for calls that wait; these calls do not.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    given[from] ??= {};
    given[from][name] ??= () => 0;
  }
  const { exports } = new WebAssembly.Instance(module, given);
  preview1.bind(exports.memory);
  exports._initialize();
  return exports;
}
