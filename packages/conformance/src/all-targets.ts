import type { Target } from "tenon/testing";
import { coreModuleTargets } from "./core-module-targets.js";
import { targets } from "./targets.js";
import { wasmTargets } from "./wasm-targets.js";

/** Every runtime in every place; WebAssembly in each language whose toolchain is installed. */
export const allTargets: readonly Target[] = [...targets, ...wasmTargets, ...coreModuleTargets];
