import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Contract, Item } from "../contract/core.js";
import { makeContract } from "../contract/model/make.js";
import { sourceWithoutContract } from "../errors/factories/artifact.js";
import type { Artifact } from "./artifact.js";
import { readCarriedContract } from "./carried-contract.js";

/** The folder, inside a plugin's own, where binding generators look for WIT. */
export const witFolder = "wit";

/**
 * Reads the contract of source that will be built into a component: the contract next to it, or else the world in its
 * folder `wit`.
 *
 * The world of a component also names what the runtime itself provides or requires (`wasi:…`, `tenon:guest/…`). That is
 * not part of the contract.
 *
 * @throws TENON_SOURCE_CONTRACT if there is neither; TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID
 */
export async function contractOfSource({ path, kind, given, manifest }: Artifact): Promise<Contract> {
  const wit = join(kind === "folder" ? path : dirname(path), witFolder);
  const carried = manifest.contract ?? ((await isFolder(wit)) ? await readCarriedContract(wit, undefined) : undefined);
  if (carried !== undefined) return withoutRuntime(carried);
  throw sourceWithoutContract(given, witFolder);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function withoutRuntime(contract: Contract): Contract {
  const isOwn = (item: Item): boolean => item.kind !== "interface" || !/^(?:wasi:|tenon:guest\/)/.test(item.id ?? "");
  const items = [...Object.values(contract.imports), ...Object.values(contract.exports)];
  if (items.every(isOwn)) return contract;
  const own = (side: Contract["imports"]) => Object.fromEntries(Object.entries(side).filter(([, item]) => isOwn(item)));
  const owners = new Map(contract.declarations.map(({ type, owner }) => [type, owner] as const));
  return makeContract(contract.id, own(contract.imports), own(contract.exports), contract.docs, owners);
}
