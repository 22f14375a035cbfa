import { coreModuleTargets } from "./core-module-targets.js";
import { describeTargets } from "./describe-targets.js";
import { wasmTargets } from "./wasm-targets.js";

describeTargets(() => true, [...wasmTargets, ...coreModuleTargets]);
