import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifacts } from "tenon/testing";

const fixtures = fileURLToPath(new URL("../fixtures/go/", import.meta.url));
const assembled = fileURLToPath(new URL("../.cache/go/", import.meta.url));

/**
 * The suite's plugins in Go. Each is the kitchen sink with its own `variant.go`. A package main cannot import another one, so
 * the folders are put together here.
 */
export function goArtifacts(): Artifacts {
  const older = (wit: string) => wit.replace(/(record card \{\n\s*name: string,\n)\s*note: option<string>,\n/, "$1");
  return {
    kitchenSink: join(fixtures, "kitchen-sink"),
    kitchenSinkV2: variant("kitchen-sink-v2"),
    missingExport: { notOffered: "Go's compiler rejects a plugin with a missing function." },
    wrongKind: { notOffered: "Go's compiler rejects a plugin that declares something else in place of a function." },
    otherContract: otherContract(),
    olderContract: variant("older-contract", older),
    syntaxError: variant("syntax-error"),
    throwsAtLoad: variant("throws-at-load"),
    exitsAtLoad: variant("exits-at-load"),
    waitsAtLoad: variant("waits-at-load"),
    loopsAtLoad: variant("loops-at-load"),
    unhealthy: variant("unhealthy"),
    refusesState: variant("refuses-state"),
  };
}

function variant(name: string, contract: (wit: string) => string = (wit) => wit): string {
  const folder = join(assembled, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(fixtures, "kitchen-sink"), folder, { recursive: true });
  cpSync(join(fixtures, "variants", name), folder, { recursive: true });
  writeFileSync(
    join(folder, "plugin.wit"),
    contract(readFileSync(join(fixtures, "kitchen-sink", "plugin.wit"), "utf8")),
  );
  return folder;
}

function otherContract(): string {
  const folder = join(assembled, "other-contract");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(fixtures, "variants", "other-contract"), folder, { recursive: true });
  return folder;
}
