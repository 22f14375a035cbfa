import type { Contract, FunctionType, Items, ResourceType, Type } from "./model.js";
import { camel, kebab, pascal } from "./names.js";

/**
 * One function of a contract, including those inside interfaces and resources. Both sides derive the same list in the same
 * order, so a call can name its function by number.
 */
export interface Signature {
  /** `greet`, `store#get`, `store#[method]counter.increment`: the name of the core function in the Component Model. */
  readonly path: string;
  /** The name in messages and for `lookup`: `greet`, `store.get`, `store.Counter.increment`. */
  readonly label: string;
  readonly kind: "function" | "constructor" | "method" | "static" | "drop";
  /** The JavaScript name of the interface, if it is in one. */
  readonly interface: string | undefined;
  /** The JavaScript name of the function itself. */
  readonly name: string;
  readonly resource: ResourceType | undefined;
  /** The type as declared. It does not include a method's own object, nor a constructor's new object. */
  readonly type: FunctionType;
}

const nothing: FunctionType = { kind: "function", parameters: [], result: undefined, async: false, optional: false };

/** Returns everything that can be called in an import or export list, in order of declaration. */
export function signatures(items: Items): readonly Signature[] {
  const list: Signature[] = [];
  for (const [key, item] of Object.entries(items)) {
    if (item.kind === "function") list.push(plain(key, item, undefined, undefined));
    else if (item.kind === "resource") pushResource(list, item, undefined, undefined);
    else {
      const scope = item.id ?? kebab(key);
      for (const [memberKey, member] of Object.entries(item.members)) {
        if (member.kind === "function") list.push(plain(memberKey, member, key, scope));
        else pushResource(list, member, key, scope);
      }
    }
  }
  return list;
}

/** Returns the resources that an import or export list declares. */
export function resources(items: Items): ReadonlySet<ResourceType> {
  return new Set(
    signatures(items).flatMap(({ kind, resource }) => (kind === "drop" && resource !== undefined ? [resource] : [])),
  );
}

/** Finds a signature by label or path, in camelCase or kebab-case: `store.get`, `store#get`. */
export function findSignature(contract: Contract, symbol: string): Signature | undefined {
  let index = indexes.get(contract);
  if (index === undefined) {
    index = { byPath: new Map(), byLabel: new Map() };
    for (const signature of signatures(contract.exports)) {
      if (!index.byPath.has(signature.path)) index.byPath.set(signature.path, signature);
      if (!index.byLabel.has(signature.label)) index.byLabel.set(signature.label, signature);
    }
    indexes.set(contract, index);
  }
  const byPath = index.byPath.get(symbol);
  if (byPath !== undefined) return byPath;
  const label = symbol
    .split(/[.#]/)
    .map((part) => (/^[A-Z]/.test(part) ? part : camel(kebab(part))))
    .join(".");
  return index.byLabel.get(label);
}

const indexes = new WeakMap<
  Contract,
  { readonly byPath: Map<string, Signature>; readonly byLabel: Map<string, Signature> }
>();

function plain(key: string, type: FunctionType, owner: string | undefined, scope: string | undefined): Signature {
  return {
    path: scope === undefined ? kebab(key) : `${scope}#${kebab(key)}`,
    label: owner === undefined ? key : `${owner}.${key}`,
    kind: "function",
    interface: owner,
    name: key,
    resource: undefined,
    type,
  };
}

function pushResource(
  list: Signature[],
  resource: ResourceType,
  owner: string | undefined,
  scope: string | undefined,
): void {
  const prefix = scope === undefined ? "" : `${scope}#`;
  const label = (owner === undefined ? "" : `${owner}.`) + pascal(resource.name);
  const common = { interface: owner, resource };
  if (resource.constructs !== undefined) {
    list.push({
      ...common,
      path: `${prefix}[constructor]${resource.name}`,
      label: `${label}.new`,
      kind: "constructor",
      name: "new",
      type: resource.constructs,
    });
  }
  for (const { name, type } of resource.methods) {
    list.push({
      ...common,
      path: `${prefix}[method]${resource.name}.${name}`,
      label: `${label}.${camel(name)}`,
      kind: "method",
      name: camel(name),
      type,
    });
  }
  for (const { name, type } of resource.statics) {
    const key = staticName(name, resource);
    list.push({
      ...common,
      path: `${prefix}[static]${resource.name}.${name}`,
      label: `${label}.${key}`,
      kind: "static",
      name: key,
      type,
    });
  }
  list.push({
    ...common,
    path: `${prefix}[resource-drop]${resource.name}`,
    label: `${label}[drop]`,
    kind: "drop",
    name: "drop",
    type: nothing,
  });
}

/** Returns the JavaScript name of a static function: `new` is `new_` if the class has a constructor, which callers call `new`. */
export function staticName(name: string, { constructs }: ResourceType): string {
  return name === "new" && constructs !== undefined ? "new_" : camel(name);
}

/**
 * Returns the function's full type: of a method, with the object as first parameter (`self`); of a constructor, with the new
 * object as result; of a drop, with the object as parameter.
 */
export function fullType(signature: Signature): FunctionType {
  const { kind, resource, type } = signature;
  if (resource === undefined || kind === "static" || kind === "function") return type;
  if (kind === "constructor") return { ...type, result: { kind: "own", resource } };
  const self = { name: "self", type: { kind: kind === "drop" ? "own" : "borrow", resource } } as const;
  return { ...type, parameters: [self, ...type.parameters] };
}

/**
 * Returns the type of what a function returns in JavaScript: of a `result` its ok side, since the error case is thrown; of
 * a `future` its value, since a promise of a promise is one promise.
 */
export function answeredType(result: Type | undefined): Type | undefined {
  if (result?.kind === "result") return answeredType(result.ok);
  return result?.kind === "future" ? answeredType(result.value) : result;
}
