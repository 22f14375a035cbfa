import { readFileSync } from "node:fs";
import { isStateless } from "../../../tenon/dist/runtimes/wasm/component/stateless-module.js";
import { importMemory, LentMemory } from "../../../tenon/dist/runtimes/wasm/limits/lent-memory.js";
import { coreModulesOf } from "../../../tenon/dist/runtimes/wasm/modules/core-modules.js";
import { parseComponent } from "../../../tenon/dist/runtimes/wasm/modules/parsed-component.js";

/**
 * Prints what the engine needs to instantiate the core modules of a component, with imports that do nothing, and to call one
 * of their functions: no server in this engine that gives each request an instance can be faster. Then the same for what Tenon
 * instantiates: only modules with state, with the memory of the last instance.
 *
 * @param {string} component
 * @param {boolean} quick
 */
export function engineLimit(component, quick) {
  const all = coreModulesOf(parseComponent(readFileSync(component)).component);
  const count = quick ? 300 : 5000;
  console.log("\nThe engine's own limit: a bare instance and one call, and processor time with garbage collection.\n");
  console.log("| instance | time | processor time |");
  console.log("| --- | --- | --- |");
  for (const [name, modules] of /** @type {const} */ ([
    ["all new", all],
    [
      "with the last one's memory, without modules that have no state",
      all.filter((bytes) => !isStateless(bytes)).map(importMemory),
    ],
  ])) {
    const instantiate = instantiator(modules);
    for (let warming = 0; warming < count / 3; warming++) instantiate();
    const begun = process.cpuUsage();
    const start = performance.now();
    for (let each = 0; each < count; each++) instantiate();
    const time = ((performance.now() - start) * 1000) / count;
    const { user, system } = process.cpuUsage(begun);
    console.log(`| ${name} | ${time.toFixed(0)} µs | ${((user + system) / count).toFixed(0)} µs |`);
  }
}

/** @param {readonly Uint8Array[]} all */
function instantiator(all) {
  const modules = all.map((bytes) => {
    // A copy, because the type of a file's bytes does not say that they are not shared.
    const module = new WebAssembly.Module(new Uint8Array(bytes));
    return { module, imports: WebAssembly.Module.imports(module), memory: LentMemory.for(module, []) };
  });
  const nothing = () => 0;
  return () => {
    for (const { module, imports, memory } of modules) {
      /** @type {WebAssembly.Imports} */
      const given = {};
      for (const { module: from, name, kind } of imports) {
        const space = (given[from] ??= {});
        if (kind === "function") space[name] = nothing;
        else if (kind === "table") {
          const size = imports.length - 1;
          space[name] = new WebAssembly.Table({ initial: size, maximum: size, element: "anyfunc" });
        } else if (memory === undefined) throw new Error(`a core module imports a ${kind}`);
      }
      memory?.lend(given);
      const { exports } = new WebAssembly.Instance(module, given);
      const allocate = /** @type {((...parameters: number[]) => number) | undefined} */ (exports.cabi_realloc);
      allocate?.(0, 0, 1, 64);
    }
  };
}
