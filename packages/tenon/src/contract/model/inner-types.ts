import type { Type } from "./model.js";

/** The properties that hold the types inside a type, if they have fixed names. */
const properties: { readonly [K in Type["kind"]]?: readonly string[] } = {
  list: ["element"],
  option: ["some"],
  result: ["ok", "err"],
  map: ["key", "value"],
  stream: ["element"],
  future: ["value"],
};

/** Returns the type inside a type at a place that {@link withInnerTypes} names. */
export function innerTypeAt(type: Type, at: string): Type | undefined {
  if (type.kind === "record") return type.fields.find(({ name }) => name === at)?.type;
  if (type.kind === "variant") return type.cases.find(({ name }) => name === at)?.type;
  if (type.kind === "tuple") return type.items[Number(at)];
  return properties[type.kind]?.includes(at) === true ? (type as unknown as Record<string, Type>)[at] : undefined;
}

/**
 * Returns a type with others inside, one level down; itself if none changes.
 *
 * @param replace receives the inner type and its place: the name of a field or case, the index of an item, or `element`.
 */
export function withInnerTypes(type: Type, replace: (inner: Type, at: string) => Type): Type {
  switch (type.kind) {
    case "record":
      return changed(type, "fields", type.fields, replace);
    case "variant":
      return changed(type, "cases", type.cases, replace);
    case "tuple": {
      const items = type.items.map((item, index) => replace(item, String(index)));
      return items.every((item, index) => item === type.items[index]) ? type : { ...type, items };
    }
    default: {
      let made = type as unknown as Record<string, Type | undefined>;
      for (const name of properties[type.kind] ?? []) {
        const inner = made[name];
        const other = inner && replace(inner, name);
        if (other !== inner) made = { ...made, [name]: other };
      }
      return made as unknown as Type;
    }
  }
}

interface Part {
  readonly name: string;
  readonly type?: Type | undefined;
}

function changed(type: Type, key: string, parts: readonly Part[], replace: (inner: Type, at: string) => Type): Type {
  const made = parts.map((part) => {
    const other = part.type && replace(part.type, part.name);
    return other === part.type ? part : { ...part, type: other };
  });
  return made.every((part, index) => part === parts[index]) ? type : ({ ...type, [key]: made } as Type);
}
