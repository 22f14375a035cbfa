import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { cFolder, cMissing } from "./c.js";
import { componentFolder, composedFolder } from "./composed.js";
import { contentKey } from "./content-key.js";
import { documentsFolder } from "./documents.js";
import { cacheFolder, sources } from "./folders.js";
import { javascriptFolder } from "./javascript.js";
import { versionsOf } from "./packages.js";
import { pythonFolder, pythonMissing } from "./python.js";
import { rustFolder, rustMissing } from "./rust.js";
import { parseText } from "./text-format.js";

interface Recipe {
  /** Why it cannot be built here. */
  readonly missing: () => string | undefined;
  /** Builds it and returns its path. */
  readonly build: () => Promise<string>;
}

const always = () => undefined;
const rust = (crate: string): Recipe => ({
  missing: rustMissing,
  build: async () => join(await rustFolder(), `${crate}.wasm`),
});

const python = (world: string): Recipe => ({
  missing: pythonMissing,
  build: async () => join(await pythonFolder(world), `${world}.wasm`),
});

const c = (world: string, encoding: "utf8" | "utf16"): Recipe => ({
  missing: cMissing,
  build: async () => join(await cFolder(world, encoding), `${world}.wasm`),
});

const recipes = {
  /** World `greeter` of wit/greeter.wit, built with four toolchains. */
  "greeter-rust": rust("greeter"),
  "greeter-javascript": { missing: always, build: async () => join(await javascriptFolder(), "greeter.wasm") },
  "greeter-python": python("greeter"),
  "greeter-c": c("greeter", "utf8"),
  /** Every type, both ways. */
  everything: rust("everything"),
  "everything-python": python("everything"),
  "everything-c": c("everything", "utf16"),
  /** Imports the same functions. */
  reflection: rust("reflection"),
  /** Resources of the plugin and of the host. */
  resources: rust("resources"),
  "resources-python": python("resources"),
  "resources-c": c("resources", "utf8"),
  /** Async functions, streams and futures. */
  asynchronous: rust("asynchronous"),
  "asynchronous-python": python("asynchronous"),
  /** A program of wasi:cli. */
  command: rust("command"),
  /** Sends requests through wasi:http. */
  fetch: rust("fetch"),
  /** Servers of wasi:http. */
  proxy: rust("proxy"),
  site: rust("site"),
  "server-javascript": { missing: always, build: async () => join(await javascriptFolder(), "server.wasm") },
  /** Called by the benchmarks: without WASI, as a component and as the core module in it. */
  calls: { missing: rustMissing, build: async () => join(await componentFolder("calls"), "calls.wasm") },
  "calls-module": rust("calls"),
  /** About a megabyte of code: regular expressions, JSON, tables of Unicode. */
  documents: { missing: rustMissing, build: async () => join(await documentsFolder(), "documents.wasm") },
  /** Two components in one. */
  composed: { missing: rustMissing, build: async () => join(await composedFolder(), "composed.wasm") },
  /** Strings in each encoding. */
  encodings: { missing: always, build: () => textFixture("encodings") },
} satisfies Record<string, Recipe>;

export type FixtureName = keyof typeof recipes;

export const fixtureNames = Object.keys(recipes) as FixtureName[];

/** Returns which toolchain is missing to build a fixture here, or `undefined` if it can be built. */
export function fixtureMissing(name: FixtureName): string | undefined {
  return (recipes[name] as Recipe).missing();
}

/**
 * Returns the path of a test component. It is built on first use, and cached until its source or a tool changes.
 *
 * @throws an Error with what the tool printed.
 */
export function fixture(name: FixtureName): Promise<string> {
  return recipes[name].build();
}

async function textFixture(name: string): Promise<string> {
  const file = `text/${name}.wat`;
  const folder = await once(
    join(cacheFolder, `${name}-${contentKey([file], [versionsOf("jco-transpile")])}`),
    async (unfinished) => {
      const text = await readFile(join(sources, file), "utf8");
      await writeFile(join(unfinished, `${name}.wasm`), await parseText(text, file));
    },
  );
  return join(folder, `${name}.wasm`);
}
