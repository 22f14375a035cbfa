import { invalidComponent } from "../../../errors/factories/binary.js";
import { conflictKey, type ExternName, parseExternName } from "./names.js";
import type { ResolvedFunction, ResolvedItem, ResolvedResource, ResolvedType } from "./types.js";

type PlainName = Extract<ExternName, { kind: "plain" }>;

const mostItems = 100_000;

/**
 * The imports or exports of a component during validation. Each name must be well formed, must not conflict with earlier
 * ones, and its annotation must match the function. Source: Component Model, "Import and Export Definitions".
 */
export class ExternNames {
  readonly items = new Map<string, ResolvedItem>();
  readonly #side: "import" | "export";
  readonly #namesResources: boolean;
  readonly #keys = new Map<string, string>();
  readonly #resources = new Map<ResolvedResource, string>();
  readonly #resourceNames = new Set<string>();

  /** @param namesResources Whether functions may be annotated with resources here; not in an instance built from items. */
  constructor(side: "import" | "export", namesResources = true) {
    this.#side = side;
    this.#namesResources = namesResources;
  }

  /** @throws TENON_COMPONENT_INVALID if the name or its item breaks a rule */
  add(name: string, item: ResolvedItem, offset: number): void {
    const refuse = (why: string) => invalidComponent(`the ${this.#side} "${name}" ${why}`, offset);
    const parsed = parseExternName(name);
    if (parsed === undefined) throw refuse("has no valid name");
    if (this.items.size >= mostItems) throw refuse(`exceeds the limit of ${mostItems} ${this.#side}s`);
    // Functions that are annotated with a resource may follow it directly.
    if (this.#namesResources && item.kind === "type" && item.type.kind === "resource") {
      this.#resources.set(item.type, name);
      this.#resourceNames.add(name);
    }
    if (parsed.kind === "plain") {
      const why = this.#annotationFault(parsed, item);
      if (why !== undefined) throw refuse(why);
    }
    const key = conflictKey(parsed);
    const before = this.#keys.get(key);
    if (before !== undefined) throw refuse(`is too similar to "${before}"`);
    this.#keys.set(key, name);
    if (parsed.kind === "plain" && parsed.accessor === "set") {
      const why = this.#setterFault(name, item);
      if (why !== undefined) throw refuse(why);
    }
    this.items.set(name, item);
  }

  #annotationFault(name: PlainName, item: ResolvedItem): string | undefined {
    if (name.annotation === undefined && name.accessor === undefined) return undefined;
    if (item.kind !== "function") return `is a ${item.kind}, but its name is the name of a function`;
    const fault = this.#memberFault(name, item.type);
    return fault ?? (name.accessor === undefined ? undefined : accessorFault(name, item.type));
  }

  #memberFault({ annotation, resource }: PlainName, type: ResolvedFunction): string | undefined {
    switch (annotation) {
      case "constructor":
        if (type.async) return "is an async constructor";
        return this.#ownFault(constructed(type.result), "own", resource!);
      case "method": {
        const [self] = type.parameters;
        if (self?.name !== "self") return 'is a method whose first parameter is not "self"';
        return this.#ownFault(self.type, "borrow", resource!);
      }
      case "static":
        return this.#resourceNames.has(resource!) ? undefined : `needs the resource "${resource}" next to it`;
      default:
        return undefined;
    }
  }

  #ownFault(type: ResolvedType | undefined, handle: "own" | "borrow", resource: string): string | undefined {
    if (type === undefined || typeof type === "string" || type.kind !== handle)
      return `does not ${handle === "own" ? "return" : "take"} ${handle}<${resource}>`;
    const name = this.#resources.get(type.resource);
    return name === resource
      ? undefined
      : `has a handle to ${name ?? "a resource without a name here"}, not to ${resource}`;
  }

  #setterFault(name: string, item: ResolvedItem): string | undefined {
    const getter = this.items.get(name.replace("[set]", "[get]"));
    if (getter?.kind !== "function" || item.kind !== "function") return "has no getter before it";
    const { result } = getter.type;
    const read = result !== undefined && typeof result !== "string" && result.kind === "result" ? result.ok : result;
    return sameValue(item.type.parameters.at(-1)?.type, read) ? undefined : "sets another type than its getter returns";
  }
}

/** Returns the type that a constructor makes: its result, or the ok type of its result. */
function constructed(result: ResolvedType | undefined): ResolvedType | undefined {
  return result !== undefined && typeof result !== "string" && result.kind === "result" ? result.ok : result;
}

function accessorFault({ accessor, annotation }: PlainName, { async, parameters, result }: ResolvedFunction) {
  if (async) return "is an async accessor";
  const own = parameters.length - (annotation === "method" ? 1 : 0);
  const resultType = result === undefined || typeof result === "string" ? undefined : result;
  if (accessor === "get") {
    if (own !== 0) return "is a getter with parameters";
    return result === undefined || (resultType?.kind === "result" && resultType.ok === undefined)
      ? "is a getter that returns nothing"
      : undefined;
  }
  if (own !== 1) return "is a setter without exactly one parameter";
  const isQuiet = result === undefined || (resultType?.kind === "result" && resultType.ok === undefined);
  return isQuiet ? undefined : "is a setter that returns a value";
}

function sameValue(one: ResolvedType | undefined, other: ResolvedType | undefined): boolean {
  const plain = (type: ResolvedType | undefined) =>
    type !== undefined && typeof type !== "string" && type.kind === "primitive" ? type.type : type;
  return one !== undefined && plain(one) === plain(other);
}
