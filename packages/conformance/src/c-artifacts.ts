import { fileURLToPath } from "node:url";
import type { Artifacts } from "tenon/testing";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/c/${name}`, import.meta.url));

/** The suite's plugins in C: each is one file next to its contract, and is built when it is opened. */
export function cArtifacts(): Artifacts {
  return {
    kitchenSink: fixture("kitchen-sink.c"),
    kitchenSinkV2: fixture("kitchen-sink-v2.c"),
    missingExport: fixture("missing-export.c"),
    wrongKind: { notOffered: "The C compiler rejects a plugin that declares something else in place of a function." },
    otherContract: fixture("other-contract.c"),
    olderContract: fixture("older-contract.c"),
    syntaxError: fixture("syntax-error.c"),
    throwsAtLoad: fixture("throws-at-load.c"),
    exitsAtLoad: fixture("exits-at-load.c"),
    waitsAtLoad: { notOffered: "C without a library has nothing to wait for during loading." },
    loopsAtLoad: fixture("loops-at-load.c"),
    unhealthy: fixture("unhealthy.c"),
    refusesState: fixture("refuses-state.c"),
    dataSink: fixture("data-sink"),
  };
}
