import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import type { Contract } from "../../contract/index.js";
import {
  contractAmbiguous,
  contractFileMissing,
  contractModuleFailed,
  contractModuleSyntax,
  contractNotExported,
  contractNotFound,
} from "../../errors/factories/command-contract.js";
import { isTenonError } from "../../errors/index.js";
import { didYouMeanFile } from "./did-you-mean-file.js";

/**
 * Runs a TypeScript or JavaScript module and returns the contract that it exports. The module can import `tenon` even if it
 * is not installed there.
 *
 * @param world the world's name, the contract's id or the export's name, if the module exports more than one contract
 */
export async function contractOfModule(path: string, world: string | undefined): Promise<Contract> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) throw contractFileMissing(path, await didYouMeanFile(path));
  const exported = await run(resolve(path), path);
  const contracts = new Map(
    Object.entries(exported).filter((entry): entry is [string, Contract] => isContract(entry[1])),
  );
  return choose(contracts, world, path);
}

async function run(file: string, given: string): Promise<Record<string, unknown>> {
  const code = await bundle(file, given);
  const folder = await mkdtemp(join(tmpdir(), "tenon-contract-"));
  try {
    const script = join(folder, "contract.mjs");
    await writeFile(script, code);
    return (await import(pathToFileURL(script).href)) as Record<string, unknown>;
  } catch (cause) {
    if (isTenonError(cause)) throw cause;
    throw contractModuleFailed(given, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(file: string, given: string): Promise<string> {
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      // The folder that the process started in may be gone.
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: `node${process.versions.node}`,
      logLevel: "silent",
      define: { "import.meta.url": JSON.stringify(pathToFileURL(file).href) },
      plugins: [ownPackage],
    });
    return outputFiles[0]?.text ?? "";
  } catch (cause) {
    const [first] = (cause as Partial<BuildFailure>).errors ?? [];
    const position = first?.location ? `${given}:${first.location.line}:${first.location.column + 1}` : given;
    throw contractModuleSyntax(given, position, first?.text ?? (cause as Error).message, cause);
  }
}

/** Resolves `tenon` to this copy, so that the module need not have installed it. */
const ownPackage: Plugin = {
  name: "tenon-own-package",
  setup(build) {
    build.onResolve({ filter: /^tenon(?:\/.*)?$/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

function choose(contracts: ReadonlyMap<string, Contract>, world: string | undefined, path: string): Contract {
  const matches = [...contracts].filter(
    ([name, { id, world: own }]) => world === undefined || [name, id, own].includes(world),
  );
  const distinct = new Set(matches.map(([, contract]) => contract));
  const [only] = distinct;
  if (only !== undefined && distinct.size === 1) return only;
  const [first] = contracts.keys();
  if (first === undefined) throw contractNotExported(path);
  const described = [...contracts].map(([name, { id }]) => `${name} (${id})`);
  throw world === undefined || distinct.size > 1
    ? contractAmbiguous(path, described, first)
    : contractNotFound(path, world, described, first);
}

function isContract(value: unknown): value is Contract {
  if (typeof value !== "object" || value === null) return false;
  const { id, world, imports, exports, declarations } = value as Partial<Contract>;
  return (
    typeof id === "string" &&
    typeof world === "string" &&
    typeof imports === "object" &&
    typeof exports === "object" &&
    Array.isArray(declarations)
  );
}
