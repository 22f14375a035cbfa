import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import type { Contract } from "../contract/index.js";
import { errors, isTenonError } from "../errors/index.js";
import { usageError } from "./command-failure.js";
import { didYouMeanFile } from "./did-you-mean-file.js";

/**
 * Runs a TypeScript or JavaScript module and gives the contract that it exports. It may import `tenon` without having
 * installed it.
 *
 * @param world the world's name, the contract's id or the export's name, where the module exports several contracts.
 */
export async function contractOfModule(path: string, world: string | undefined): Promise<Contract> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile())
    throw usageError(`the contract ${path} does not exist${await didYouMeanFile(path)}`, "Correct the path.");
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
    throw errors.TENON_CONTRACT_INVALID({
      message: `${given}: the module failed while it ran: ${cause instanceof Error ? cause.message : String(cause)}`,
      subject: given,
      cause,
      fix: { text: "Correct the module; all it has to do is export a contract." },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(file: string, given: string): Promise<string> {
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
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
    const place = first?.location ? `${given}:${first.location.line}:${first.location.column + 1}` : given;
    throw errors.TENON_CONTRACT_SYNTAX({
      message: `${place}: ${first?.text ?? (cause as Error).message}`,
      subject: given,
      cause,
    });
  }
}

/** `tenon` is this very copy, so that the module need not have installed it. */
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
  const names = [...contracts].map(([name, { id }]) => `${name} (${id})`).join(", ");
  const fits = [...contracts].filter(
    ([name, { id, world: own }]) => world === undefined || [name, id, own].includes(world),
  );
  const distinct = new Set(fits.map(([, contract]) => contract));
  const [first] = distinct;
  if (first !== undefined && distinct.size === 1) return first;
  if (contracts.size === 0) {
    throw errors.TENON_CONTRACT_INVALID({
      message: `${path} exports no contract`,
      subject: path,
      fix: { text: 'Export one: export const greeter = contract("example:greeter@1.0.0", { … }).' },
    });
  }
  throw usageError(
    world === undefined
      ? `${path} exports several contracts: ${names}`
      : `${path} exports no contract "${world}"; there are ${names}`,
    { text: "Say which.", command: `--world ${[...contracts.keys()][0]}` },
  );
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
