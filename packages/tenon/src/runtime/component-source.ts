import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Contract, Item } from "../contract/core.js";
import { makeContract } from "../contract/make.js";
import { errors } from "../errors/index.js";
import type { Artifact } from "./artifact.js";
import { readCarriedContract } from "./carried-contract.js";

/** Where binding generators look for WIT, in a plugin's folder. */
export const witFolder = "wit";

/**
 * The contract of source that is to become a component: what stands beside it, or else the world in its folder `wit`.
 *
 * The worlds of components name what the runtime itself offers or asks for as well (`wasi:…`, `tenon:guest/…`): it is no
 * part of the contract.
 *
 * @throws TENON_SOURCE_CONTRACT where there is neither; TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID
 */
export async function contractOfSource({ path, kind, given, manifest }: Artifact): Promise<Contract> {
  const wit = join(kind === "folder" ? path : dirname(path), witFolder);
  const carried = manifest.contract ?? ((await isFolder(wit)) ? await readCarriedContract(wit, undefined) : undefined);
  if (carried !== undefined) return withoutRuntime(carried);
  throw errors.TENON_SOURCE_CONTRACT({
    message: `neither a .wit file beside ${given} nor a folder ${witFolder} tells which contract it implements`,
    subject: given,
  });
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
