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

/** Each is the kitchen sink, built with one feature more. */
const variants = [
  "v2",
  "older-contract",
  "unhealthy",
  "refuses-state",
  "throws-at-load",
  "waits-at-load",
  "loops-at-load",
] as const;

/** The plugins of the suite in Rust, as components made by wit-bindgen; or why there are none here. */
export async function rustArtifacts(): Promise<Artifacts | NotOffered> {
  const missing = rustMissing();
  if (missing !== undefined) return { notOffered: missing };
  const version = spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout;
  const sources = ["rust", "js/kitchen-sink.wit", "js/older-contract.wit", "js/broken/other-contract.wit"];
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
    wrongKind: { notOffered: "What a component exports is known before it runs: another kind is another contract." },
    otherContract: built("other-contract"),
    olderContract: built("older-contract"),
    syntaxError: { notOffered: "A component is built, and Rust's compiler refuses such a source." },
    throwsAtLoad: built("throws-at-load"),
    exitsAtLoad: { notOffered: "A component that ends itself ends its instance, and no thread or process." },
    waitsAtLoad: built("waits-at-load"),
    loopsAtLoad: built("loops-at-load"),
    unhealthy: built("unhealthy"),
    refusesState: built("refuses-state"),
  };
}

async function buildAll(folder: string): Promise<void> {
  // Shared with the other fixtures in Rust: what they all depend on is compiled once.
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
  for (const crate of ["missing-export", "other-contract"]) await build(crate, crate, []);
}
