import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { once } from "@tenon/fixtures";
import { cacheFolder } from "./folders.js";
import { runTool } from "./run-tool.js";

/**
 * Tools from npm that only fixtures and benchmarks need, each in its own folder, apart from the dependencies of the repository.
 * The versions are fixed.
 */
const pinned = {
  /** wasm-tools as a component, and the transpiler of jco 1.35. */
  "jco-transpile": { "@bytecodealliance/jco-transpile": "0.15.0" },
  "componentize-js": { "@bytecodealliance/componentize-js": "0.23.0" },
  /** The last jco that did not make each call an async task: a peer of the benchmarks. */
  "jco-1.9": { "@bytecodealliance/jco": "1.9.1" },
  /** A server that is a peer of the benchmarks. */
  jco: { "@bytecodealliance/jco": "1.35.0" },
  /** The bundlers of docs/bundlers.md that are no dependencies of Tenon. */
  bundlers: { vite: "8.4.0", webpack: "5.113.0" },
  /** The programs of the packages bun and deno, for Linux on x64. */
  bun: { "@oven/bun-linux-x64-baseline": "1.4.5" },
  deno: { "@deno/linux-x64-glibc": "2.9.6" },
  extism: { "@extism/extism": "2.0.0-rc11" },
  /** Servers of MCP, for the JSON Schemas of their tools. */
  "mcp-servers": {
    "@modelcontextprotocol/server-everything": "2026.8.31",
    "@modelcontextprotocol/server-filesystem": "2026.8.31",
    "@modelcontextprotocol/server-memory": "2026.8.31",
  },
} as const;

export type PackageName = keyof typeof pinned;

export function versionsOf(name: PackageName): string {
  return JSON.stringify(pinned[name]);
}

/** Returns the folder of a tool, and installs it first if necessary. */
export function packageFolder(name: PackageName): Promise<string> {
  const dependencies = pinned[name];
  const versions = Object.values(dependencies).join("-");
  return once(join(cacheFolder, "packages", `${name}-${versions}`), async (unfinished) => {
    await writeFile(join(unfinished, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
    await runTool("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: unfinished });
  });
}

/** Imports a file of an installed tool. */
export async function importFrom(name: PackageName, file: string): Promise<any> {
  return import(pathToFileURL(join(await packageFolder(name), "node_modules", file)).href);
}
