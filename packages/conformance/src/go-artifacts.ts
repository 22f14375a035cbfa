import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "@tenon/fixtures";
import type { Artifacts } from "tenon/testing";
import { contentKey } from "../../wasm-fixtures/src/content-key.js";

const fixtures = fileURLToPath(new URL("../fixtures/go/", import.meta.url));
const assembled = fileURLToPath(new URL("../.cache/go/", import.meta.url));
const variants = [
  "kitchen-sink-v2",
  "older-contract",
  "syntax-error",
  "throws-at-load",
  "exits-at-load",
  "waits-at-load",
  "loops-at-load",
  "unhealthy",
  "refuses-state",
] as const;

/**
 * The suite's plugins in Go. Each is the kitchen sink with its own `variant.go`. A package main cannot import another one, so
 * the folders are put together here: once for what they are made of, since several runs may use them at the same time.
 */
export async function goArtifacts(): Promise<Artifacts> {
  const folder = await once(join(assembled, contentKey(["../conformance/fixtures/go"], [])), assemble);
  const at = (name: (typeof variants)[number] | "other-contract") => join(folder, name);
  return {
    kitchenSink: join(fixtures, "kitchen-sink"),
    kitchenSinkV2: at("kitchen-sink-v2"),
    missingExport: { notOffered: "Go's compiler rejects a plugin with a missing function." },
    wrongKind: { notOffered: "Go's compiler rejects a plugin that declares something else in place of a function." },
    otherContract: at("other-contract"),
    olderContract: at("older-contract"),
    syntaxError: at("syntax-error"),
    throwsAtLoad: at("throws-at-load"),
    exitsAtLoad: at("exits-at-load"),
    waitsAtLoad: at("waits-at-load"),
    loopsAtLoad: at("loops-at-load"),
    unhealthy: at("unhealthy"),
    refusesState: at("refuses-state"),
    dataSink: join(fixtures, "data-sink"),
  };
}

async function assemble(folder: string): Promise<void> {
  const wit = readFileSync(join(fixtures, "kitchen-sink", "plugin.wit"), "utf8");
  const older = wit.replace(/(record card \{\n\s*name: string,\n)\s*note: option<string>,\n/, "$1");
  for (const name of variants) {
    cpSync(join(fixtures, "kitchen-sink"), join(folder, name), { recursive: true });
    cpSync(join(fixtures, "variants", name), join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "plugin.wit"), name === "older-contract" ? older : wit);
  }
  cpSync(join(fixtures, "variants", "other-contract"), join(folder, "other-contract"), { recursive: true });
}
