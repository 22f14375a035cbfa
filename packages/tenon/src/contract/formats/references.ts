import type { Contract, NamedType } from "../model.js";

/**
 * The name of each declared type within its contract: `store/person`, or `person` for one of the world. Where an owner
 * has two types of one name (a resource that is both imported and exported), the second is `store/person#2`.
 */
export function typeReferences(contract: Contract): ReadonlyMap<NamedType, string> {
  const references = new Map<NamedType, string>();
  const taken = new References();
  for (const { type, owner } of contract.declarations) references.set(type, taken.next(owner, type.name));
  return references;
}

/** Gives out references in order of declaration, the same to who writes a document and who reads it. */
export class References {
  readonly #counts = new Map<string, number>();

  next(owner: string | undefined, name: string): string {
    const base = owner === undefined ? name : `${owner}/${name}`;
    const count = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, count);
    return count === 1 ? base : `${base}#${count}`;
  }
}
