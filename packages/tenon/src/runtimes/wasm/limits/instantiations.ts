import type { Component, NamedItem, Sort } from "../../../binary/component/index.js";

/** The kinds of items that can contain a core module. */
type Item =
  | { readonly sort: "core-module"; readonly bytes: Uint8Array }
  | { readonly sort: "component"; readonly closure: Closure }
  | { readonly sort: "instance"; readonly exports: ReadonlyMap<string, Item> };

interface Closure {
  readonly component: Component;
  readonly outer: IndexSpaces | undefined;
}

/** The index spaces of items that can contain core modules. Other items are `undefined`. */
interface IndexSpaces {
  readonly outer: IndexSpaces | undefined;
  readonly "core-module": (Item | undefined)[];
  readonly component: (Item | undefined)[];
  readonly instance: (Item | undefined)[];
}

/** A small file can ask for any number of instances; the linker rejects far fewer. */
const mostSteps = 100_000;

/**
 * Counts how many instances of each core module linking a component creates, without running anything: it walks the
 * definitions as the linker does.
 *
 * @returns the count by the module's bytes; a module that is never instantiated is missing.
 */
export function instantiationsOf(component: Component): ReadonlyMap<Uint8Array, number> {
  const counts = new Map<Uint8Array, number>();
  let steps = 0;
  const instantiate = ({ component, outer }: Closure, given: ReadonlyMap<string, Item>): ReadonlyMap<string, Item> => {
    const spaces: IndexSpaces = { outer, "core-module": [], component: [], instance: [] };
    const exports = new Map<string, Item>();
    for (const definition of component.definitions) {
      if (++steps > mostSteps) break;
      switch (definition.kind) {
        case "core-module":
          spaces["core-module"].push({ sort: "core-module", bytes: definition.bytes });
          break;
        case "core-instantiate": {
          const module = spaces["core-module"][definition.module];
          if (module?.sort === "core-module") counts.set(module.bytes, (counts.get(module.bytes) ?? 0) + 1);
          break;
        }
        case "component":
          spaces.component.push({
            sort: "component",
            closure: { component: definition.component, outer: spaces },
          });
          break;
        case "instantiate": {
          const nested = spaces.component[definition.component];
          const made =
            nested?.sort === "component" ? instantiate(nested.closure, named(definition.arguments, spaces)) : undefined;
          spaces.instance.push(made && { sort: "instance", exports: made });
          break;
        }
        case "bundle":
          spaces.instance.push({ sort: "instance", exports: named(definition.exports, spaces) });
          break;
        case "alias-export": {
          const from = spaces.instance[definition.instance];
          push(spaces, definition.sort, from?.sort === "instance" ? from.exports.get(definition.name) : undefined);
          break;
        }
        case "alias-outer": {
          let around: IndexSpaces | undefined = spaces;
          for (let level = 0; level < definition.count; level++) around = around?.outer;
          push(spaces, definition.sort, around && itemAt(around, definition.sort, definition.index));
          break;
        }
        case "import":
          push(spaces, definition.type.kind, given.get(definition.name));
          break;
        case "export": {
          const item = itemAt(spaces, definition.sort, definition.index);
          if (item !== undefined) exports.set(definition.name, item);
          push(spaces, definition.sort, item);
        }
      }
    }
    return exports;
  };
  instantiate({ component, outer: undefined }, new Map());
  return counts;
}

function named(items: readonly NamedItem[], spaces: IndexSpaces): ReadonlyMap<string, Item> {
  return new Map(
    items.flatMap(({ name, sort, index }) => {
      const item = itemAt(spaces, sort, index);
      return item === undefined ? [] : [[name, item] as const];
    }),
  );
}

const isKept = (sort: string): sort is Item["sort"] =>
  sort === "core-module" || sort === "component" || sort === "instance";

function itemAt(spaces: IndexSpaces, sort: Sort, index: number): Item | undefined {
  return isKept(sort) ? spaces[sort][index] : undefined;
}

function push(spaces: IndexSpaces, sort: string, item: Item | undefined): void {
  if (isKept(sort)) spaces[sort].push(item);
}
