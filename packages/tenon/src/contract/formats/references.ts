import type { Contract, NamedType } from "../model/model.js";

/**
 * Returns the name of each declared type within its contract: `store/person`, or `person` if the world declares it. If an
 * owner has two types of the same name (a resource that is both imported and exported), the second is `store/person#2`.
 */
export function typeReferences(contract: Contract): ReadonlyMap<NamedType, string> {
  const references = new Map<NamedType, string>();
  const taken = new References();
  for (const { type, owner } of contract.declarations) references.set(type, taken.next(owner, type.name));
  return references;
}

/** Numbers references in order of declaration: the writer and the reader of a document get the same ones. */
export class References {
  readonly #counts = new Map<string, number>();

  next(owner: string | undefined, name: string): string {
    const base = owner === undefined ? name : `${owner}/${name}`;
    const count = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, count);
    return count === 1 ? base : `${base}#${count}`;
  }
}
