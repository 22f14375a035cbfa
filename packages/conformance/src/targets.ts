import { fileURLToPath } from "node:url";
import { missing } from "@tenon/fixtures";
import { createHost } from "tenon";
import { type Artifacts, type Capabilities, everythingOffered, type Target } from "tenon/testing";
import { builtinArtifacts, builtins } from "./builtin-fixtures.js";
import { createSandboxingHost } from "./sandboxed-place.js";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/js/${name}`, import.meta.url));

const files: Artifacts = {
  kitchenSink: fixture("kitchen-sink.ts"),
  kitchenSinkV2: fixture("kitchen-sink-v2.ts"),
  missingExport: fixture("missing-export.mjs"),
  wrongKind: fixture("wrong-kind.ts"),
  otherContract: fixture("broken/other-contract.ts"),
  olderContract: fixture("older-contract.ts"),
  syntaxError: fixture("broken/syntax-error.ts"),
  throwsAtLoad: fixture("broken/throws-at-load.ts"),
  exitsAtLoad: fixture("broken/exits-at-load.ts"),
  waitsAtLoad: fixture("broken/waits-at-load.ts"),
  loopsAtLoad: fixture("broken/loops-at-load.ts"),
  unhealthy: fixture("unhealthy.ts"),
  refusesState: fixture("refuses-state.ts"),
  dataSink: fixture("data-sink.ts"),
};

const inline: Capabilities = {
  ...everythingOffered,
  "given-up": "Inline, the plugin and the host share one memory, so nothing has to move.",
  interrupt: "Inline, the plugin and the host share one thread, and nothing can stop a loop in it.",
  "memory-limit": "Inline, the plugin and the host share one heap.",
  exit: "Inline, `process.exit` fails with TENON_CALL_THREW, since it would end the host.",
};

const builtin: Capabilities = {
  ...inline,
  artifacts: "A builtin is part of the program: there is no file that could be invalid.",
  "source-maps": "A builtin's stacks are the program's own.",
  crash: "A builtin is part of the program: outside of a call, its code cannot be distinguished from the host's own.",
  exit: "A builtin is part of the program, so it may exit the program.",
  output: "A builtin prints where the program prints.",
  "settings-schema": "A builtin has no manifest.",
  environment: "A builtin has the program's environment.",
};

const pooled: Capabilities = {
  ...everythingOffered,
  containment:
    "Plugins in a pool share threads: if one ends its thread, the others in it end as well and are restarted, and their running calls are rejected.",
};

const process: Capabilities = {
  ...everythingOffered,
  sync: "The host cannot wait for a process without blocking its own event loop; use `plugin.exports`, or the worker place.",
};

/** Every runtime in every place, with the features that it supports there. */
export const targets: readonly Target[] = [
  {
    runtime: "js",
    place: "inline",
    createHost,
    capabilities: inline,
    artifacts: files,
    stackFile: "implementation.ts",
  },
  {
    runtime: "js",
    place: "worker",
    createHost,
    capabilities: everythingOffered,
    artifacts: files,
    stackFile: "implementation.ts",
  },
  {
    runtime: "js",
    place: "worker-pool",
    createHost,
    capabilities: pooled,
    artifacts: files,
    exceptions: {
      "output/flood":
        "Plugins in a pool share what may be printed: after a flood, the lines of other plugins are dropped.",
    },
    stackFile: "implementation.ts",
  },
  {
    runtime: "js",
    place: "process",
    createHost,
    capabilities: process,
    artifacts: files,
    stackFile: "implementation.ts",
  },
  ...(missing.sandbox() === undefined
    ? [
        {
          runtime: "js",
          place: "sandbox" as const,
          createHost: createSandboxingHost,
          capabilities: process,
          artifacts: files,
          stackFile: "implementation.ts",
        },
      ]
    : []),
  {
    runtime: "js (ES module)",
    place: "inline",
    createHost,
    capabilities: { ...inline, "settings-schema": "This fixture has no manifest." },
    artifacts: { ...files, kitchenSink: fixture("forms/module.mjs"), kitchenSinkV2: fixture("forms/module-v2.mjs") },
    stackFile: "implementation.ts",
  },
  {
    runtime: "js (CommonJS package)",
    place: "inline",
    createHost,
    capabilities: inline,
    artifacts: { ...files, kitchenSink: fixture("forms/commonjs") },
    stackFile: "implementation.ts",
  },
  {
    runtime: "builtin",
    place: "inline",
    createHost: () => createHost({ builtins }),
    capabilities: builtin,
    artifacts: builtinArtifacts,
  },
];
