import type {
  Contract,
  FunctionType,
  InterfaceType,
  Item,
  Items,
  NamedFunction,
  NamedType,
  ResourceType,
  Type,
} from "./model.js";

/**
 * Whether two contracts are the same: ids, docs, items and their order, types, and which interface declares each type.
 *
 * Object identity does not matter, but sharing does: if one contract uses a named type twice, so must the other.
 */
export function contractsEqual(a: Contract, b: Contract): boolean {
  return contractDifference(a, b) === undefined;
}

/**
 * Whether two contracts are the same but for their docs: what can be called, with which values, under which names. A plugin
 * that carries one of them can be used through the other.
 */
export function contractsInterchangeable(a: Contract, b: Contract): boolean {
  return a === b || contractDifference(a, b, { docs: false }) === undefined;
}

/** Returns the path of the first difference between two contracts (`exports.greet(): parameter "name"`), if there is one. */
export function contractDifference(
  a: Contract,
  b: Contract,
  { docs = true }: { readonly docs?: boolean } = {},
): string | undefined {
  const difference = new FirstDifference(docs);
  if (a.id !== b.id || a.world !== b.world) return "id";
  if (!difference.sameDocs(a, b)) return "docs";
  return (
    difference.inItems(a.imports, b.imports, "imports") ??
    difference.inItems(a.exports, b.exports, "exports") ??
    difference.inDeclarations(a, b) ??
    difference.inResources()
  );
}

/** Returns the path of the first difference between two interfaces, if there is one. */
export function interfaceDifference(a: InterfaceType, b: InterfaceType, path: string): string | undefined {
  const difference = new FirstDifference();
  return difference.inItem(a, b, path) ?? difference.inResources();
}

/** Whether two named types have the same structure. Resources that they mention are compared by structure, too. */
export function namedTypesEqual(a: NamedType, b: NamedType): boolean {
  return namedTypesComparison()(a, b);
}

/**
 * Returns a function that compares as {@link namedTypesEqual} does, for many types that share their parts: what it found to
 * be equal once is not compared again. It is of no use after it found a difference.
 */
export function namedTypesComparison(): (a: NamedType, b: NamedType) => boolean {
  const difference = new FirstDifference();
  return (a, b) => difference.inNamed(a, b, a.name) === undefined && difference.inResources() === undefined;
}

/** Finds the first difference between two parts of contracts. Every method returns its path, or `undefined`. */
class FirstDifference {
  readonly #right = new Map<NamedType, NamedType>();
  readonly #left = new Map<NamedType, NamedType>();
  /** Pairs of resources whose functions are still to be compared: each may use the next, in a chain of any length. */
  readonly #waiting: { readonly a: ResourceType; readonly b: ResourceType; readonly path: string }[] = [];

  constructor(readonly comparesDocs = true) {}

  // Line endings do not count: they differ from system to system.
  sameDocs({ docs: a }: Documented, { docs: b }: Documented): boolean {
    return !this.comparesDocs || a === b || a?.replaceAll("\r\n", "\n") === b?.replaceAll("\r\n", "\n");
  }

  inItems(a: Items, b: Items, path: string): string | undefined {
    const keys = Object.keys(a);
    if (!sameList(keys, Object.keys(b))) return path;
    return first(keys, (key) => this.inItem(a[key]!, b[key]!, `${path}.${key}`));
  }

  inItem(a: Item, b: Item, path: string): string | undefined {
    if (a.kind === "function") return b.kind === "function" ? this.inFunction(a, b, `${path}()`) : path;
    if (a.kind === "resource") return b.kind === "resource" ? this.inNamed(a, b, path) : path;
    if (b.kind !== "interface" || a.id !== b.id || !this.sameDocs(a, b)) return path;
    return this.inItems(a.members, b.members, path);
  }

  inDeclarations(a: Contract, b: Contract): string | undefined {
    if (a.declarations.length !== b.declarations.length) return "declarations";
    return first([...a.declarations.keys()], (index) => {
      const [left, right] = [a.declarations[index]!, b.declarations[index]!];
      const path = `declarations: ${left.owner ?? a.world}.${left.type.name}`;
      return left.owner === right.owner ? this.inNamed(left.type, right.type, path) : path;
    });
  }

  inFunction(a: FunctionType, b: FunctionType, path: string): string | undefined {
    if (a.async !== b.async || a.optional !== b.optional || !this.sameDocs(a, b)) return path;
    if (a.parameters.length !== b.parameters.length) return path;
    return (
      first([...a.parameters.keys()], (index) => {
        const [left, right] = [a.parameters[index]!, b.parameters[index]!];
        const at = `${path}: parameter "${left.name}"`;
        return left.name === right.name ? this.inType(left.type, right.type, at) : at;
      }) ?? this.inType(a.result, b.result, `${path}: result`)
    );
  }

  inType(a: Type | undefined, b: Type | undefined, path: string): string | undefined {
    // Where a recursive type is cut into a tree depends on where one begins to read it.
    if (a?.kind === "recursive") return this.inType(a.target, b, path);
    if (b?.kind === "recursive") return this.inType(a, b.target, path);
    if (a === undefined || b === undefined || a.kind !== b.kind) return a === b ? undefined : path;
    switch (a.kind) {
      case "map":
        return this.inType(a.key, (b as typeof a).key, path) ?? this.inType(a.value, (b as typeof a).value, path);
      case "list":
        return this.inType(a.element, (b as typeof a).element, path);
      case "option":
        return this.inType(a.some, (b as typeof a).some, path);
      case "result":
        return this.inType(a.ok, (b as typeof a).ok, path) ?? this.inType(a.err, (b as typeof a).err, path);
      case "tuple": {
        const { items } = b as typeof a;
        if (a.items.length !== items.length) return path;
        return first([...items.keys()], (index) => this.inType(a.items[index], items[index], path));
      }
      case "stream":
        return this.inType(a.element, (b as typeof a).element, path);
      case "future":
        return this.inType(a.value, (b as typeof a).value, path);
      case "own":
      case "borrow":
        return this.inNamed(a.resource, (b as typeof a).resource, path);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.inNamed(a, b as typeof a, path);
      default:
        return undefined;
    }
  }

  inNamed(a: NamedType, b: NamedType, path: string): string | undefined {
    const known = this.#right.get(a);
    if (known !== undefined || this.#left.has(b)) return known === b && this.#left.get(b) === a ? undefined : path;
    this.#right.set(a, b);
    this.#left.set(b, a);
    if (a.kind !== b.kind || a.name !== b.name || !this.sameDocs(a, b)) return path;
    if (a.kind === "enum" && a.open !== (b as typeof a).open) return path;
    switch (a.kind) {
      case "record":
        return this.inLabels(a.fields, (b as typeof a).fields, path);
      case "variant":
      case "enum":
        return this.inLabels(a.cases, (b as typeof a).cases, path);
      case "flags":
        return this.inLabels(a.flags, (b as typeof a).flags, path);
      case "resource": {
        this.#waiting.push({ a, b: b as typeof a, path });
        return undefined;
      }
    }
  }

  /** Compares the functions of the resources that were met. */
  inResources(): string | undefined {
    const found = first(this.#waiting, ({ a, b, path }) => {
      if ((a.constructs === undefined) !== (b.constructs === undefined)) return path;
      return (
        (a.constructs && b.constructs && this.inFunction(a.constructs, b.constructs, `new ${path}()`)) ??
        this.inFunctions(a.methods, b.methods, path) ??
        this.inFunctions(a.statics, b.statics, path)
      );
    });
    this.#waiting.length = 0;
    return found;
  }

  inLabels(a: readonly Labelled[], b: readonly Labelled[], path: string): string | undefined {
    if (a.length !== b.length) return path;
    return first([...a.keys()], (index) => {
      const [left, right] = [a[index]!, b[index]!];
      const at = `${path}.${left.name}`;
      return left.name === right.name && this.sameDocs(left, right) ? this.inType(left.type, right.type, at) : at;
    });
  }

  inFunctions(a: readonly NamedFunction[], b: readonly NamedFunction[], path: string): string | undefined {
    if (a.length !== b.length) return path;
    return first([...a.keys()], (index) => {
      const [left, right] = [a[index]!, b[index]!];
      const at = `${path}.${left.name}()`;
      return left.name === right.name ? this.inFunction(left.type, right.type, at) : at;
    });
  }
}

interface Documented {
  readonly docs?: string | undefined;
}

interface Labelled extends Documented {
  readonly name: string;
  readonly type?: Type | undefined;
}

function first<T>(values: readonly T[], difference: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = difference(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
