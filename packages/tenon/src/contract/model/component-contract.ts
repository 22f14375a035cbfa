import { hasComponentForm, outerComponentForm, unrecognized } from "./component-form.js";
import { innerTypeAt, withInnerTypes } from "./inner-types.js";
import { makeContract } from "./make.js";
import type { Contract, FunctionType, Item, Items, NamedType, ResourceType, Type } from "./model.js";
import { functionTypes } from "./reach.js";
import { signatures } from "./signature.js";

/** Returns a contract with all types in `componentForm`, which every tool for components reads; itself if they are. */
export function componentContract(contract: Contract): Contract {
  return usesForms(contract) ? new Rewriting({ outer: outerComponentForm }).contract(contract) : contract;
}

/** Returns a component's contract with the types of another contract where both have the same `componentForm`. */
export function contractWithForms(own: Contract, by: Contract): Contract {
  if (!usesForms(own) && !usesForms(by)) return own;
  const wanted = new Map<FunctionType, FunctionType | undefined>();
  // An import and an export may have one path.
  for (const side of ["imports", "exports"] as const) {
    const byPath = new Map(signatures(by[side]).map(({ path, type }) => [path, type]));
    for (const { path, type } of signatures(own[side])) wanted.set(type, byPath.get(path));
  }
  return new Rewriting({ wanted }).contract(own);
}

const known = new WeakMap<FunctionType, WeakMap<FunctionType, FunctionType>>();

/**
 * Returns a component's function type with the types that the contract has: map, JSON and open enum where the component has
 * their forms. Resources stay the component's.
 *
 * @param wanted the contract's type of the function, which has the same `componentForm`.
 */
export function functionWithForms(own: FunctionType, wanted: FunctionType): FunctionType {
  if (!functionTypes(wanted).some(hasComponentForm)) return own;
  let made = known.get(own)?.get(wanted);
  if (made === undefined) {
    made = new Rewriting({ wanted: new Map([[own, wanted]]), keepsResources: true }).function(own);
    known.set(own, (known.get(own) ?? new WeakMap()).set(wanted, made));
  }
  return made;
}

function functionsOf({ imports, exports }: Contract) {
  return [...signatures(imports), ...signatures(exports)];
}

function usesForms(contract: Contract): boolean {
  return functionsOf(contract).some(({ type }) => functionTypes(type).some(hasComponentForm));
}

interface Rules {
  /** Changes a type whose inner types were changed. */
  readonly outer?: (type: Type) => Type;
  /** For each function, the one whose types it is to have. */
  readonly wanted?: ReadonlyMap<FunctionType, FunctionType | undefined>;
  readonly keepsResources?: boolean;
}

/** Rewrites the types of a contract, and its resources, whose functions use them. */
class Rewriting {
  readonly #rules: Rules;
  readonly #types = new Map<Type, Map<Type | undefined, Type>>();
  readonly #resources = new Map<ResourceType, ResourceType>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  contract({ id, docs, imports, exports, declarations }: Contract): Contract {
    const [given, offered] = [this.#items(imports), this.#items(exports)];
    const owners = declarations.map(({ type, owner }): [NamedType, string | undefined] => [
      type.kind === "resource" ? this.#resource(type) : (this.#type(type, undefined) as NamedType),
      owner,
    ]);
    return makeContract(id, given, offered, docs, new Map(owners));
  }

  function(type: FunctionType): FunctionType {
    const wanted = this.#rules.wanted?.get(type);
    return {
      ...type,
      parameters: type.parameters.map((each, index) => ({
        ...each,
        type: this.#type(each.type, wanted?.parameters[index]?.type),
      })),
      result: type.result && this.#type(type.result, wanted?.result),
    };
  }

  #items(items: Items): Items {
    return Object.fromEntries(Object.entries(items).map(([key, item]) => [key, this.#item(item)]));
  }

  #item(item: Item): Item {
    if (item.kind === "function") return this.function(item);
    if (item.kind === "resource") return this.#resource(item);
    return { ...item, members: this.#items(item.members) as typeof item.members };
  }

  #resource(resource: ResourceType): ResourceType {
    if (this.#rules.keepsResources === true) return resource;
    const found = this.#resources.get(resource);
    if (found !== undefined) return found;
    // Its functions may use the resource itself.
    const made = { ...resource };
    this.#resources.set(resource, made);
    const named = ({ name, type }: ResourceType["methods"][number]) => ({ name, type: this.function(type) });
    return Object.assign(made, {
      constructs: resource.constructs && this.function(resource.constructs),
      methods: resource.methods.map(named),
      statics: resource.statics.map(named),
    });
  }

  #type(type: Type, wanted: Type | undefined): Type {
    let forms = this.#types.get(type);
    if (forms === undefined) this.#types.set(type, (forms = new Map()));
    // A named type is one type, wherever it is used.
    const [first] = "name" in type ? forms.values() : [];
    let made = first ?? forms.get(wanted);
    if (made === undefined) forms.set(wanted, (made = this.#made(type, wanted)));
    return made;
  }

  #made(type: Type, wanted: Type | undefined): Type {
    if (type.kind === "own" || type.kind === "borrow") {
      const resource = this.#resource(type.resource);
      return resource === type.resource ? type : { kind: type.kind, resource };
    }
    const pair = pairOf(type);
    if (wanted?.kind === "map" && pair !== undefined)
      return { kind: "map", key: wanted.key, value: this.#type(pair[1], wanted.value) };
    if (wanted?.kind === "list" && type.kind === "map") {
      const items = [type.key, this.#type(type.value, pairOf(wanted)?.[1])];
      return { kind: "list", element: { kind: "tuple", items } };
    }
    if (wanted?.kind === "json" && type.kind === "string") return wanted;
    if (wanted?.kind === "enum" && wanted.open === true && type.kind === "variant" && isFormOf(type, wanted))
      return wanted;
    const inner = withInnerTypes(type, (each, at) => this.#type(each, wanted && innerTypeAt(wanted, at)));
    return this.#rules.outer?.(inner) ?? inner;
  }
}

/** The key and value of a map, or of a list of pairs. */
function pairOf(type: Type): readonly [Type, Type] | undefined {
  if (type.kind === "map") return [type.key, type.value];
  if (type.kind !== "list" || type.element.kind !== "tuple") return undefined;
  const [key, value, more] = type.element.items;
  return key === undefined || value === undefined || more !== undefined ? undefined : [key, value];
}

function isFormOf(type: Type & { kind: "variant" }, wanted: Type & { kind: "enum" }): boolean {
  const last = type.cases.at(-1);
  return (
    last?.name === unrecognized &&
    last.type?.kind === "s32" &&
    type.cases.length === wanted.cases.length + 1 &&
    wanted.cases.every(({ name }, index) => name === type.cases[index]?.name)
  );
}
