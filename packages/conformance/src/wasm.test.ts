import { coreModuleTargets } from "./core-module-targets.js";
import { describeTargets } from "./describe-targets.js";
import { wasmTargets } from "./wasm-targets.js";

// The other places take minutes: `npm run conformance` runs them.
describeTargets(({ place }) => place === "inline", [...wasmTargets, ...coreModuleTargets]);
