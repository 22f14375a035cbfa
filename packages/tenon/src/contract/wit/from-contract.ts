import { witDocsUnprintable, witInexpressible } from "../../errors/factories/contract.js";
import { contractDifference } from "../model/equal.js";
import { parseInterfaceId } from "../model/interface-keys.js";
import type {
  Case,
  Contract,
  Declaration,
  FunctionType,
  InterfaceType,
  NamedType,
  ResourceType,
} from "../model/model.js";
import { camel, kebab } from "../model/names.js";
import { openLine, unrecognized, withLine } from "./annotations.js";
import type {
  Annotated,
  Document,
  FunctionItem,
  InterfaceItem,
  InterfaceMember,
  NestedPackage,
  PackageName,
  Path,
  TypeItem,
  WorldItem,
  WorldMember,
} from "./ast.js";
import { optionalFeature } from "./members.js";
import { printPackageName, printWit } from "./printer.js";
import { forbiddenCharacter } from "./source.js";
import { contractFromWit } from "./to-contract.js";
import { TypeNames } from "./type-names.js";

/**
 * Prints a contract as one WIT document: its package, the interfaces, the world, and the interfaces of other packages
 * inline. `contractFromWit` reads the same contract back, but for one thing that WIT cannot say: that bytes are given up. It
 * prints `t.own(t.bytes)` as `list<u8>`, which copies.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED when WIT cannot express something: docs with control characters, or a resource that
 *   is used where WIT cannot distinguish its import from its export.
 */
export function contractToWit(contract: Contract): string {
  const text = printWit(new Writer(contract).document());
  const difference = contractDifference(contractFromWit(text, { world: worldPath(contract) }), contract);
  if (difference === undefined) return text;
  throw witInexpressible(contract.id, difference);
}

/** An interface to print: an item of the contract, or an interface that only owns types. */
interface Source {
  readonly owner: string;
  readonly item: InterfaceType | undefined;
  readonly name: string;
  readonly package: PackageName | undefined;
}

class Writer {
  readonly #contract: Contract;
  readonly #sources = new Map<string, Source>();
  readonly #declared = new Map<string | undefined, Map<string, Declaration>>();
  readonly #owners: ReadonlyMap<NamedType, string | undefined>;

  constructor(contract: Contract) {
    this.#contract = contract;
    this.#owners = new Map(contract.declarations.map(({ type, owner }) => [type, owner]));
    for (const items of [contract.imports, contract.exports]) {
      for (const [key, item] of Object.entries(items)) {
        if (item.kind === "interface" && !this.#sources.has(kebab(key)))
          this.#sources.set(kebab(key), sourceOf(key, item));
      }
    }
    for (const declaration of contract.declarations) {
      const { owner, type } = declaration;
      if (owner !== undefined && !this.#sources.has(owner)) {
        this.#sources.set(owner, { owner, item: undefined, name: owner, package: undefined });
      }
      const types = this.#declared.get(owner) ?? new Map<string, Declaration>();
      // An interface on both sides declares its resources twice, identically.
      if (!types.has(type.name)) types.set(type.name, declaration);
      this.#declared.set(owner, types);
    }
  }

  document(): Document {
    const { namespace, package: name, version } = this.#contract;
    const own = { namespaces: [namespace], names: [name], version };
    const sources = [...this.#sources.values()];
    const items = sources.filter((source) => source.package === undefined).map((source) => this.#interface(source));
    const nested = new Map<string, NestedPackage & { items: InterfaceItem[] }>();
    for (const source of sources) {
      if (source.package === undefined) continue;
      const key = printPackageName(source.package);
      const found = nested.get(key) ?? { kind: "package", name: source.package, items: [] };
      nested.set(key, found);
      found.items.push(this.#interface(source));
    }
    return { package: { name: own }, items: [...items, this.#world(), ...nested.values()] };
  }

  #interface(source: Source): InterfaceItem {
    const members = Object.entries(source.item?.members ?? {});
    const names = this.#names(
      source.owner,
      members.map(([key, member]) => (member.kind === "resource" ? member.name : kebab(key))),
    );
    const types = this.#types(source.owner, names);
    const functions = members.map(
      ([key, member]): InterfaceMember =>
        member.kind === "resource" ? this.#resource(member, names) : this.#function(kebab(key), member, names),
    );
    const docs = this.#docs(source.item?.docs, source.owner);
    return {
      ...docs,
      kind: "interface",
      name: { name: source.name },
      items: [...names.uses((owner) => this.#path(owner, source)), ...names.aliases(), ...types, ...functions],
    };
  }

  #world(): WorldItem {
    const { imports, exports, world, docs } = this.#contract;
    const taken = Object.entries(imports).map(([key, item]) => (item.kind === "resource" ? item.name : kebab(key)));
    const names = this.#names(undefined, taken);
    const types = this.#types(undefined, names);
    const externs: WorldMember[] = [];
    for (const [kind, items] of [
      ["import", imports],
      ["export", exports],
    ] as const) {
      for (const [key, item] of Object.entries(items)) {
        if (item.kind === "resource") externs.push(this.#resource(item, names));
        else if (item.kind === "interface") {
          externs.push({ kind, form: "path", path: this.#path(kebab(key), undefined) });
        } else {
          const { type, name, docs: text, attributes } = this.#function(kebab(key), item, names);
          externs.push({ kind, form: "function", name, type, docs: text, attributes });
        }
      }
    }
    const uses = names.uses((owner) => this.#path(owner, undefined));
    return {
      ...this.#docs(docs, "world"),
      kind: "world",
      name: { name: world },
      items: [...uses, ...names.aliases(), ...types, ...externs],
    };
  }

  #names(owner: string | undefined, taken: readonly string[]): TypeNames {
    const own = [...(this.#declared.get(owner)?.keys() ?? [])];
    return new TypeNames(owner, this.#owners, [...taken, ...own]);
  }

  // Resources are printed among the functions, where the contract lists them.
  #types(owner: string | undefined, names: TypeNames): TypeItem[] {
    const types = [...(this.#declared.get(owner)?.values() ?? [])].map(({ type }) => type);
    return types.flatMap((type) => (type.kind === "resource" ? [] : [this.#type(type, names)]));
  }

  #type(type: Exclude<NamedType, ResourceType>, names: TypeNames): TypeItem {
    const common = { ...this.#docs(type.docs, type.name), name: { name: type.name } };
    const label = (part: { readonly name: string; readonly docs?: string | undefined }) => ({
      ...this.#docs(part.docs, `${type.name}.${part.name}`),
      name: { name: part.name },
    });
    const typed = (part: Case) => ({
      ...label(part),
      ...(part.type === undefined ? {} : { type: names.expression(part.type) }),
    });
    switch (type.kind) {
      case "record":
        return {
          ...common,
          kind: "record",
          fields: type.fields.map((field) => ({ ...label(field), type: names.expression(field.type) })),
        };
      case "variant":
        return { ...common, kind: "variant", cases: type.cases.map(typed) };
      case "enum": {
        const cases = type.cases.map(label);
        if (!type.open) return { ...common, kind: "enum", cases };
        const number = { name: { name: unrecognized }, type: { kind: "s32" as const } };
        return { ...common, docs: withLine(type.docs, openLine), kind: "variant", cases: [...cases, number] };
      }
      case "flags":
        return { ...common, kind: "flags", cases: type.flags.map(label) };
    }
  }

  #resource(resource: ResourceType, names: TypeNames): TypeItem & { readonly kind: "resource" } {
    const { constructs, methods, statics } = resource;
    const part = (kind: "method" | "static", name: string, func: FunctionType) => ({
      ...this.#function(name, func, names),
      kind,
    });
    const construction =
      constructs === undefined
        ? []
        : [{ ...this.#function("constructor", constructs, names), kind: "constructor" as const, name: undefined }];
    return {
      ...this.#docs(resource.docs, resource.name),
      kind: "resource",
      name: { name: resource.name },
      functions: [
        ...construction,
        ...methods.map(({ name, type }) => part("method", name, type)),
        ...statics.map(({ name, type }) => part("static", name, type)),
      ],
    };
  }

  #function(name: string, type: FunctionType, names: TypeNames): FunctionItem {
    return {
      ...this.#docs(type.docs, name),
      ...(type.optional ? { attributes: [{ kind: "unstable", feature: optionalFeature }] } : {}),
      kind: "function",
      name: { name },
      type: {
        async: type.async,
        parameters: type.parameters.map((parameter) => ({
          name: { name: parameter.name },
          type: names.expression(parameter.type),
        })),
        result: type.result === undefined ? undefined : names.expression(type.result),
      },
    };
  }

  #path(owner: string, from: Source | undefined): Path {
    const { name, package: foreign } = this.#sources.get(owner) ?? sourceOf(camel(owner), undefined);
    const here = from?.package;
    if (foreign === undefined && here !== undefined) {
      const { namespace, package: own, version } = this.#contract;
      return { package: { namespaces: [namespace], names: [own], version }, name: { name } };
    }
    const same = foreign === undefined || (here !== undefined && printPackageName(here) === printPackageName(foreign));
    return { ...(same ? {} : { package: foreign }), name: { name } };
  }

  #docs(docs: string | undefined, of: string): Annotated {
    const found = docs === undefined ? undefined : forbiddenCharacter(docs);
    if (found === undefined) return docs === undefined ? {} : { docs };
    throw witDocsUnprintable(this.#contract.id, of, found.name);
  }
}

function sourceOf(key: string, item: InterfaceType | undefined): Source {
  const parts = item?.id === undefined ? undefined : parseInterfaceId(item.id);
  if (parts === undefined) return { owner: kebab(key), item, name: kebab(key), package: undefined };
  const { namespace, package: name, version } = parts;
  return { owner: kebab(key), item, name: parts.name, package: { namespaces: [namespace], names: [name], version } };
}

function worldPath({ namespace, package: name, world, version }: Contract): string {
  return `${namespace}:${name}/${world}${version === undefined ? "" : `@${version}`}`;
}
