import { readFileSync } from "node:fs";
import { coreModulesOf } from "../../../tenon/dist/runtimes/wasm/core-modules.js";
import { parseComponent } from "../../../tenon/dist/runtimes/wasm/parsed-component.js";

/**
 * Prints what the engine needs to instantiate the core modules of a component, with imports that do nothing, and to call one
 * of their functions: no server in this engine that gives each request an instance can be faster.
 *
 * @param {string} component
 * @param {boolean} quick
 */
export function engineLimit(component, quick) {
  const modules = coreModulesOf(parseComponent(readFileSync(component)).component).map((bytes) => {
    // A copy, because the type of a file's bytes does not say that they are not shared.
    const module = new WebAssembly.Module(new Uint8Array(bytes));
    return { module, imports: WebAssembly.Module.imports(module) };
  });
  const nothing = () => 0;
  const instantiate = () => {
    for (const { module, imports } of modules) {
      /** @type {WebAssembly.Imports} */
      const given = {};
      for (const { module: from, name, kind } of imports) {
        const space = (given[from] ??= {});
        if (kind === "function") space[name] = nothing;
        else if (kind === "table") {
          const size = imports.length - 1;
          space[name] = new WebAssembly.Table({ initial: size, maximum: size, element: "anyfunc" });
        } else throw new Error(`a core module imports a ${kind}`);
      }
      const { exports } = new WebAssembly.Instance(module, given);
      const allocate = /** @type {((...parameters: number[]) => number) | undefined} */ (exports.cabi_realloc);
      allocate?.(0, 0, 1, 64);
    }
  };
  const count = quick ? 300 : 5000;
  for (let warming = 0; warming < count / 3; warming++) instantiate();
  const begun = process.cpuUsage();
  const start = performance.now();
  for (let each = 0; each < count; each++) instantiate();
  const { user, system } = process.cpuUsage(begun);
  const time = (performance.now() - start) * 1000;
  console.log(
    `\nThe engine's own limit: a bare instance and one call take ${(time / count).toFixed(0)} µs, and ${((user + system) / count).toFixed(0)} µs of processor time with its garbage collection.`,
  );
}
