import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "@tenon/fixtures";
import type { Artifacts, NotOffered } from "tenon/testing";
import { contentKey } from "../../wasm-fixtures/src/content-key.js";
import { cacheFolder } from "../../wasm-fixtures/src/folders.js";
import { runTool } from "../../wasm-fixtures/src/run-tool.js";
import { rustMissing } from "../../wasm-fixtures/src/rust.js";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const triple = "wasm32-wasip2";

/** Each is the kitchen sink, built with one additional feature. */
const variants = [
  "v2",
  "older-contract",
  "unhealthy",
  "refuses-state",
  "throws-at-load",
  "waits-at-load",
  "loops-at-load",
] as const;

/** Returns the suite's plugins in Rust, as components made by wit-bindgen, or why they cannot be built here. */
export async function rustArtifacts(): Promise<Artifacts | NotOffered> {
  const missing = rustMissing();
  if (missing !== undefined) return { notOffered: missing };
  const version = spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout;
  const sources = [
    "rust",
    "js/kitchen-sink.wit",
    "js/older-contract.wit",
    "js/broken/other-contract.wit",
    "go/data-sink",
  ];
  const key = contentKey(
    sources.map((name) => join("../conformance/fixtures", name)),
    [version],
  );
  const folder = await once(join(cacheFolder, `kitchen-sink-${key}`), buildAll);
  const built = (name: string) => join(folder, `${name}.wasm`);
  return {
    kitchenSink: built("kitchen-sink"),
    kitchenSinkV2: built("v2"),
    missingExport: built("missing-export"),
    wrongKind: {
      notOffered: "A component's exports are known before it runs: an export of another kind means another contract.",
    },
    otherContract: built("other-contract"),
    olderContract: built("older-contract"),
    syntaxError: {
      notOffered: "Rust's compiler rejects source with a syntax error, so there is no component to open.",
    },
    throwsAtLoad: built("throws-at-load"),
    exitsAtLoad: { notOffered: "A component that exits ends its instance, but no thread or process." },
    waitsAtLoad: built("waits-at-load"),
    loopsAtLoad: built("loops-at-load"),
    unhealthy: built("unhealthy"),
    refusesState: built("refuses-state"),
    dataSink: built("data-sink"),
  };
}

async function buildAll(folder: string): Promise<void> {
  // Shared with the other fixtures in Rust, so that common dependencies are compiled once.
  const target = join(cacheFolder, "target");
  const build = async (name: string, crate: string, features: readonly string[]): Promise<void> => {
    const chosen = features.flatMap((feature) => ["--features", feature]);
    await runTool("cargo", ["build", "--locked", "--release", "--target", triple, "-p", crate, ...chosen], {
      cwd: join(fixtures, "rust"),
      env: { CARGO_TARGET_DIR: target },
    });
    await copyFile(join(target, triple, "release", `${crate.replaceAll("-", "_")}.wasm`), join(folder, `${name}.wasm`));
    if (crate === "kitchen-sink")
      await copyFile(join(fixtures, "rust/kitchen-sink.tenon.json"), join(folder, `${name}.tenon.json`));
  };
  await build("kitchen-sink", "kitchen-sink", []);
  for (const variant of variants) await build(variant, "kitchen-sink", [variant]);
  for (const crate of ["missing-export", "other-contract", "data-sink"]) await build(crate, crate, []);
}
