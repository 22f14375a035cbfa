import { invalid } from "./failure.js";
import { conflictKey, type ExternName, parseExternName } from "./names.js";
import type { ResolvedFunction, ResolvedItem, ResolvedResource, ResolvedType } from "./types.js";

type PlainName = Extract<ExternName, { kind: "plain" }>;

const mostItems = 100_000;

/**
 * The imports or the exports under construction. Each name must be well formed and unlike those before it, and what it is
 * annotated with must fit the function that it names. Source: Component Model, "Import and Export Definitions".
 */
export class ExternNames {
  readonly items = new Map<string, ResolvedItem>();
  readonly #side: "import" | "export";
  readonly #namesResources: boolean;
  readonly #keys = new Map<string, string>();
  readonly #resources = new Map<ResolvedResource, string>();
  readonly #resourceNames = new Set<string>();

  /** @param namesResources Whether functions can be annotated with resources here: not in an instance made of items. */
  constructor(side: "import" | "export", namesResources = true) {
    this.#side = side;
    this.#namesResources = namesResources;
  }

  /** @throws TENON_COMPONENT_INVALID when the name or what stands under it breaks a rule */
  add(name: string, item: ResolvedItem, offset: number): void {
    const refuse = (why: string) => invalid(`the ${this.#side} "${name}" ${why}`, offset);
    const parsed = parseExternName(name);
    if (parsed === undefined) throw refuse("has no valid name");
    if (this.items.size >= mostItems) throw refuse(`is one of more than ${mostItems}`);
    // Functions that are annotated with a resource may come right after it.
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
    if (before !== undefined) throw refuse(`is too much like "${before}"`);
    this.#keys.set(key, name);
    if (parsed.kind === "plain" && parsed.accessor === "set") {
      const why = this.#setterFault(name, item);
      if (why !== undefined) throw refuse(why);
    }
    this.items.set(name, item);
  }

  #annotationFault(name: PlainName, item: ResolvedItem): string | undefined {
    if (name.annotation === undefined && name.accessor === undefined) return undefined;
    if (item.kind !== "function") return `is a ${item.kind}, where its name says a function`;
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
        return this.#resourceNames.has(resource!) ? undefined : `has no resource "${resource}" beside it`;
      default:
        return undefined;
    }
  }

  #ownFault(type: ResolvedType | undefined, handle: "own" | "borrow", resource: string): string | undefined {
    if (type === undefined || typeof type === "string" || type.kind !== handle)
      return `does not ${handle === "own" ? "answer" : "take"} ${handle}<${resource}>`;
    const name = this.#resources.get(type.resource);
    return name === resource
      ? undefined
      : `has a handle of ${name ?? "a resource without a name here"}, not of ${resource}`;
  }

  #setterFault(name: string, item: ResolvedItem): string | undefined {
    const getter = this.items.get(name.replace("[set]", "[get]"));
    if (getter?.kind !== "function" || item.kind !== "function") return "has no getter before it";
    const { result } = getter.type;
    const read = result !== undefined && typeof result !== "string" && result.kind === "result" ? result.ok : result;
    return sameValue(item.type.parameters.at(-1)?.type, read) ? undefined : "sets another type than its getter answers";
  }
}

/** What a constructor makes: its result, or what is right in its result. */
function constructed(result: ResolvedType | undefined): ResolvedType | undefined {
  return result !== undefined && typeof result !== "string" && result.kind === "result" ? result.ok : result;
}

function accessorFault({ accessor, annotation }: PlainName, { async, parameters, result }: ResolvedFunction) {
  if (async) return "is an async accessor";
  const own = parameters.length - (annotation === "method" ? 1 : 0);
  const answer = result === undefined || typeof result === "string" ? undefined : result;
  if (accessor === "get") {
    if (own !== 0) return "is a getter with parameters";
    return result === undefined || (answer?.kind === "result" && answer.ok === undefined)
      ? "is a getter that answers nothing"
      : undefined;
  }
  if (own !== 1) return "is a setter without exactly one parameter";
  const isQuiet = result === undefined || (answer?.kind === "result" && answer.ok === undefined);
  return isQuiet ? undefined : "is a setter that answers something";
}

function sameValue(one: ResolvedType | undefined, other: ResolvedType | undefined): boolean {
  const plain = (type: ResolvedType | undefined) =>
    type !== undefined && typeof type !== "string" && type.kind === "primitive" ? type.type : type;
  return one !== undefined && plain(one) === plain(other);
}
