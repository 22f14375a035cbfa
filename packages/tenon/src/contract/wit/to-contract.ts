import { witSourceInvalid } from "../../errors/factories/contract.js";
import { foreignKeys } from "../model/interface-keys.js";
import { makeContract } from "../model/make.js";
import type { Contract, FunctionType, InterfaceType, Item, NamedType, ResourceType } from "../model/model.js";
import { camel, isWitName, kebab, pascal } from "../model/names.js";
import { AssembledWorld, type Placed } from "./assemble-world.js";
import type { Document, Identifier } from "./ast.js";
import type { Body } from "./bodies.js";
import { chooseWorld } from "./choose-world.js";
import { TypeConverter } from "./convert-type.js";
import { invalidWit, unsupportedWit } from "./failure.js";
import { type InterfaceDefinition, Packages, type WitPackage, type WorldDefinition } from "./packages.js";
import { parseWit } from "./parser.js";
import { printPackageName } from "./printer.js";

/** One WIT file: its text, and its path, which messages show and which identifies dependencies (in a folder `deps`). */
export interface WitFile {
  readonly path: string;
  readonly text: string;
}

export interface FromWitOptions {
  /** The world's name, or its full path (`wasi:http/proxy@0.2.0`); needed if there is more than one. */
  readonly world?: string | undefined;
  /** The `@unstable` features to include. Items behind any other feature gate are left out. */
  readonly features?: readonly string[] | undefined;
}

/**
 * Returns the contract that a world in WIT text describes.
 *
 * Resolves names within the given documents, adds the worlds that are included and the interfaces that are used, and
 * replaces aliases by their types. Interfaces of the package itself are keyed by their name in camelCase; those of other
 * packages also have their full `id`. A function gated `@unstable(feature = optional)` becomes optional. Types that no
 * function uses are not part of a contract.
 *
 * @param source one text, one parsed document, or files of one or several packages.
 * @throws TENON_CONTRACT_SYNTAX when a text cannot be parsed.
 * @throws TENON_CONTRACT_TOO_LARGE when its types are too large.
 * @throws TENON_CONTRACT_INVALID when a name is unknown, declared twice or used recursively, or it is not clear which world
 *   is meant.
 * @throws TENON_CONTRACT_UNSUPPORTED for what WIT can express and a contract cannot: lists of fixed length,
 *   `error-context`, constructors that can fail, function names with upper-case words.
 */
export function contractFromWit(
  source: string | Document | readonly WitFile[],
  options: FromWitOptions = {},
): Contract {
  const packages = new Packages(readDocuments(source));
  const world = chooseWorld(packages, options.world);
  return new WorldConverter(packages, world, new Set(options.features)).convert();
}

function readDocuments(source: string | Document | readonly WitFile[]): Document[] {
  if (typeof source === "string") return [parseWit(source)];
  if (Array.isArray(source)) return (source as readonly WitFile[]).map(readFile);
  if (typeof source === "object" && source !== null && "items" in source) return [source];
  throw witSourceInvalid();
}

function readFile(file: WitFile | null | undefined, index: number): Document {
  if (typeof file?.path === "string") return parseWit(file.text, { file: file.path });
  throw witSourceInvalid(index);
}

interface Keyed {
  readonly placed: Placed;
  readonly key: string;
}

class WorldConverter {
  readonly #world: WorldDefinition;
  readonly #assembled: AssembledWorld;
  readonly #types: TypeConverter;

  constructor(packages: Packages, world: WorldDefinition, features: ReadonlySet<string>) {
    this.#world = world;
    this.#assembled = new AssembledWorld(packages, world, features);
    this.#types = new TypeConverter(features, (definition) => this.#assembled.ambiguous(definition));
  }

  convert(): Contract {
    const { scope, name, node } = this.#world;
    const id = packageId(scope.package, this.#world);
    const keyed = this.#keys();
    const items: { readonly imports: Record<string, Item>; readonly exports: Record<string, Item> } = {
      imports: {},
      exports: {},
    };
    for (const { placed, key } of keyed) {
      const side = items[placed.extern.side];
      if (Object.hasOwn(side, key)) {
        throw invalidWit(
          scope.file,
          placed.extern.name.at,
          `world "${name.name}" has two ${placed.extern.side} called "${key}"`,
        );
      }
      side[key] = this.#item(placed);
    }
    return makeContract(id, items.imports, items.exports, node.docs, this.#owners(keyed));
  }

  #item({ extern, body }: Placed): Item {
    if (extern.kind === "function") return this.#types.func(body, extern.type, extern.docs, extern.optional);
    if (extern.kind === "resource") return this.#types.resource(body, extern.item);
    const { definition } = extern;
    const id = extern.plain || this.#own(definition) ? undefined : interfaceId(definition);
    const members: Record<string, FunctionType | ResourceType> = {};
    for (const member of body.members.byName.values()) {
      if (member.kind === "function") {
        const { item } = member;
        members[memberKey(body.file, item.name)] = this.#types.func(body, item.type, item.docs, member.optional);
      } else if (member.kind === "type" && member.item.kind === "resource") {
        members[pascal(member.item.name.name)] = this.#types.resource(body, member.item);
      }
    }
    return {
      kind: "interface",
      ...(id === undefined ? {} : { id }),
      members,
      docs: definition.docs,
    } satisfies InterfaceType;
  }

  /** Returns the JavaScript name of each import and export. */
  #keys(): Keyed[] {
    const isForeign = ({ extern }: Placed) =>
      extern.kind === "interface" && !extern.plain && !this.#own(extern.definition);
    const plainKey = ({ extern, body }: Placed) =>
      extern.kind === "resource"
        ? pascal(extern.name.name)
        : memberKey(body.file, extern.kind === "interface" && !extern.plain ? extern.definition.name : extern.name);
    const { placed, imports } = this.#assembled;
    const taken = placed.filter((item) => !isForeign(item)).map(plainKey);
    for (const definition of imports.keys()) if (this.#own(definition)) taken.push(camel(definition.name.name));
    const ids = placed.flatMap((item) =>
      isForeign(item) && item.extern.kind === "interface" ? [interfaceId(item.extern.definition)] : [],
    );
    const foreign = foreignKeys(taken, ids);
    return placed.map((item) => ({
      placed: item,
      key:
        isForeign(item) && item.extern.kind === "interface"
          ? foreign.get(interfaceId(item.extern.definition))!
          : plainKey(item),
    }));
  }

  /** Returns the interface that declares each named type, by its name in the contract. */
  #owners(keyed: readonly Keyed[]): ReadonlyMap<NamedType, string | undefined> {
    const names = new Map<Body, string>();
    for (const { placed, key } of keyed) if (placed.extern.kind === "interface") names.set(placed.body, kebab(key));
    const meaning = new Map<string, InterfaceDefinition>();
    const owners = new Map<NamedType, string | undefined>();
    for (const [type, { body, hasResource }] of this.#types.owners) {
      const { definition } = body;
      if (definition.kind === "world") {
        owners.set(type, undefined);
        continue;
      }
      const shared = hasResource
        ? undefined
        : (this.#assembled.imports.get(definition) ?? this.#assembled.exports.get(definition));
      const owner = names.get(shared ?? body) ?? names.get(body) ?? definition.name.name;
      const other = meaning.get(owner);
      if (other !== undefined && other !== definition && !names.has(body)) {
        throw unsupportedWit(
          body.file,
          body.at,
          `two interfaces of the world are called "${owner}"`,
          "Rename one of them.",
        );
      }
      meaning.set(owner, definition);
      owners.set(type, owner);
    }
    return owners;
  }

  #own(definition: InterfaceDefinition): boolean {
    return definition.scope.package === this.#world.scope.package;
  }
}

function memberKey(file: string | undefined, { name, at }: Identifier): string {
  const key = camel(name);
  if (kebab(key) !== name || !isWitName(name)) {
    throw unsupportedWit(
      file,
      at,
      `"${name}" cannot be converted to a JavaScript name and back`,
      "Use lower-case words that begin with a letter.",
    );
  }
  return key;
}

function packageId(of: WitPackage, world: WorldDefinition): string {
  const { namespaces, names, version } = of.name;
  if (namespaces.length > 1 || names.length > 1) {
    throw unsupportedWit(
      world.scope.file,
      undefined,
      `package ${printPackageName(of.name)} is nested in another`,
      "Use one namespace and one name.",
    );
  }
  const name = world.name.name === names[0] ? "" : `/${world.name.name}`;
  return `${namespaces[0]}:${names[0]}${name}${version === undefined ? "" : `@${version}`}`;
}

function interfaceId({ scope, name }: InterfaceDefinition): string {
  const { namespaces, names, version } = scope.package.name;
  if (namespaces.length > 1 || names.length > 1) {
    throw unsupportedWit(
      scope.file,
      undefined,
      `package ${printPackageName(scope.package.name)} is nested in another`,
      "Use one namespace and one name.",
    );
  }
  return `${namespaces[0]}:${names[0]}/${name.name}${version === undefined ? "" : `@${version}`}`;
}
