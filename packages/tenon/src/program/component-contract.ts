import {
  type AnyType,
  type ComponentType,
  type ResolvedItem,
  type Resource,
  readComponent,
} from "../binary/component/index.js";
import {
  type Contract,
  camel,
  type FunctionType,
  type InterfaceType,
  type Item,
  isWitName,
  kebab,
  type NamedType,
  pascal,
  type ResourceType,
} from "../contract/index.js";
import { foreignKeys, parseInterfaceId } from "../contract/model/interface-keys.js";
import { makeContract } from "../contract/model/make.js";
import { functionTypes, interfaceFunctions, reachedTypes, resourceFunctions } from "../contract/model/reach.js";
import { componentTypeSectionInvalid, componentTypeUnsupported } from "../errors/factories/binary.js";
import { commandProgram, isCommandRun } from "./command-program-contract.js";
import { ComponentTypes, type TypeHome } from "./component-contract-types.js";
import { httpHandler, isHttpHandler } from "./http-handler-contract.js";

type Side = "import" | "export";

export interface ComponentContractOptions {
  /** The host's contract, which supplies the package and world: a component does not record its own. */
  readonly host?: Contract | undefined;
  /** Whether an interface, by its full name, is not part of the contract because the runtime provides or uses it. */
  without(name: string, side: Side): boolean;
}

/**
 * Returns the contract of a component: its imports and exports as a world.
 *
 * Interfaces of the host's package belong to the contract's package. Without a host, the package is the one that all
 * exported interfaces (except `wasi:`) share, or else `root:component`. An interface excluded by `without` stays if the
 * rest needs its types. A component's binary form has no documentation and no optional functions.
 *
 * `wasi:http/incoming-handler` is among the exports as {@link httpHandler}. A command has {@link commandProgram} too.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for features that contracts do not support: fixed lists, error contexts, nested
 * instances, constructors that can fail
 * @throws TENON_CONTRACT_INVALID if names conflict by the rules of WIT
 */
export function contractOfComponent(type: ComponentType, options: ComponentContractOptions): Contract {
  const { host } = options;
  const own = host ?? guessedPackage(type);
  const versioned = [...type.exports, ...type.imports].map(({ name }) => parseInterfaceId(name));
  const first = versioned.find((id) => id?.namespace === own.namespace && id.package === own.package);
  const version = first === undefined ? own.version : first.version;
  return new WorldReader(type, { ...own, version }, options).contract();
}

/**
 * Returns the contract in a custom section `component-type…`, which binding generators leave in core modules. The section
 * contains a component that only exports the world's type under the world's full name.
 *
 * @throws as {@link contractOfComponent}; TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID for a broken section
 */
export function contractOfComponentType(section: Uint8Array, options: ComponentContractOptions): Contract {
  const world = worldOf(readComponent(section).type);
  const id = parseInterfaceId(world.name);
  if (id === undefined) throw componentTypeSectionInvalid(`"${world.name}" is not the name of a world`);
  const { namespace, package: name, version } = id;
  const identity: Identity = { namespace, package: name, version, world: id.name, docs: undefined };
  return new WorldReader(world.type, identity, options).contract();
}

/** Returns the world in the component of a `component-type` section. */
function worldOf({ exports }: ComponentType): { name: string; type: ComponentType } {
  for (const { type } of exports) {
    if (type.kind !== "type" || type.type.kind !== "component") continue;
    for (const [name, item] of type.type.exports) {
      if (item.kind !== "component") continue;
      const listed = (items: ReadonlyMap<string, ResolvedItem>) =>
        [...items].map(([each, inner]) => ({ name: each, type: inner }));
      return { name, type: { imports: listed(item.type.imports), exports: listed(item.type.exports) } };
    }
  }
  throw componentTypeSectionInvalid("it contains no world");
}

/** The parts of a contract's id, and its documentation. */
interface Identity {
  readonly namespace: string;
  readonly package: string;
  readonly version: string | undefined;
  readonly world: string;
  readonly docs: string | undefined;
}

function guessedPackage({ exports }: ComponentType): Identity {
  const ids = exports
    .flatMap(({ name }) => parseInterfaceId(name) ?? [])
    .filter(({ namespace }) => namespace !== "wasi");
  const [first] = ids;
  const isShared = ids.every((id) => id.namespace === first?.namespace && id.package === first.package);
  const known =
    first !== undefined && isShared ? first : { namespace: "root", package: "component", version: undefined };
  const plain = ids.map(({ name }) => name).concat(exports.map(({ name }) => name));
  // A world must not have the name of one of its interfaces.
  const world = plain.includes(known.package) ? `${known.package}-plugin` : known.package;
  return { namespace: known.namespace, package: known.package, version: known.version, world, docs: undefined };
}

/** One interface of the component, or the items of the world itself. */
interface Group {
  readonly side: Side;
  /** `undefined` for the world itself. */
  readonly name: string | undefined;
  readonly items: ReadonlyMap<string, ResolvedItem>;
}

class WorldReader {
  readonly #types = new ComponentTypes();
  readonly #groups: Group[] = [];
  readonly #identity: Identity;
  readonly #without: ComponentContractOptions["without"];
  #handlesHttp = false;
  #isCommand = false;

  constructor({ imports, exports }: ComponentType, identity: Identity, options: ComponentContractOptions) {
    this.#identity = identity;
    this.#without = (name, side) => options.without(name, side);
    for (const [side, items] of [
      ["import", imports],
      ["export", exports],
    ] as const) {
      const plain = new Map<string, ResolvedItem>();
      for (const { name, type } of items) {
        if (side === "export" && isCommandRun(name)) this.#isCommand = true;
        if (side === "export" && isHttpHandler(name)) this.#handlesHttp = true;
        else if (type.kind === "instance") this.#groups.push({ side, name, items: type.type.exports });
        else if (type.kind === "function" || type.kind === "type") plain.set(name, type);
        else throw componentTypeUnsupported(`the ${side} "${name}", which is a ${type.kind}`);
      }
      this.#groups.push({ side, name: undefined, items: plain });
    }
    for (const { name, items: inner } of this.#groups) this.#types.learn(inner, name);
  }

  contract(): Contract {
    const members = new Map<Group, Members>();
    const read = (group: Group) => members.set(group, this.#members(group));
    for (const group of this.#groups) if (!this.#isExcluded(group)) read(group);
    // An excluded interface comes back if its types are needed.
    for (let before = -1; before < members.size; ) {
      before = members.size;
      const needed = this.#homesOf(members.values());
      for (const group of this.#groups)
        if (!members.has(group) && group.side === "import" && needed.has(group.name)) read(group);
    }
    const groups = this.#groups.filter((group) => members.has(group) && !this.#isTypesOnly(group, members.get(group)!));
    const keys = this.#keys(groups);
    const sides: Record<Side, Record<string, Item>> = { import: {}, export: {} };
    for (const group of groups) this.#place(group, members.get(group)!, keys, sides[group.side]);
    const owners = new Map<NamedType, string | undefined>();
    for (const [type, home] of this.#types.owners) owners.set(type, this.#ownerName(home, keys));
    if (this.#handlesHttp) placeExport(httpHandler, sides.export, owners);
    if (this.#isCommand) placeExport(commandProgram, sides.export, owners);
    const { namespace, package: name, version, world, docs } = this.#identity;
    const id = `${namespace}:${name}${world === name ? "" : `/${world}`}${version === undefined ? "" : `@${version}`}`;
    return makeContract(id, sides.import, sides.export, docs, owners);
  }

  #isExcluded({ name, side }: Group): boolean {
    return name !== undefined && this.#without(name, side);
  }

  #members({ side, name: group, items }: Group): Members {
    const members: Members = new Map();
    for (const [name, item] of items) {
      if (item.kind === "type") {
        if (item.type.kind !== "resource" || !this.#isAtHome(item.type.resource, group, name)) continue;
        if (side === "export" && group === undefined)
          throw componentTypeUnsupported(
            `the exported resource ${name} outside an interface`,
            "Move it into an interface.",
          );
        members.set(name, this.#types.resource(item.type.resource));
        continue;
      }
      if (item.kind !== "function")
        throw componentTypeUnsupported(`the ${item.kind} "${name}" in ${group ?? "its world"}`);
      this.#function(name, item.type, items, members);
    }
    return members;
  }

  #isAtHome(resource: Resource, group: string | undefined, name: string): boolean {
    const home = this.#types.homeOfResource(resource);
    return home?.interface === group && home?.name === name;
  }

  #function(name: string, type: AnyType & { kind: "function" }, items: Group["items"], members: Members): void {
    const parts = /^\[(\w+)\](?:\[\w+\])?([^.]+)(?:\.(.+))?$/.exec(name);
    if (parts === null) {
      members.set(name, this.#types.func(type, false));
      return;
    }
    const [, annotation, resourceName, member = ""] = parts;
    const item = items.get(resourceName!);
    if (item?.kind !== "type" || item.type.kind !== "resource" || name.includes("]["))
      throw componentTypeUnsupported(`the function "${name}"`);
    const resource = this.#types.resource(item.type.resource);
    if (annotation === "constructor") {
      if (typeof type.result === "object" && type.result.kind === "result")
        throw componentTypeUnsupported(
          `a constructor of ${resourceName} that can fail`,
          "Use a static function instead.",
        );
      resource.constructs = { ...this.#types.func(type, false), result: undefined };
    } else if (annotation === "method") resource.methods.push({ name: member, type: this.#types.func(type, true) });
    else resource.statics.push({ name: member, type: this.#types.func(type, false) });
  }

  /** Returns the interfaces whose types the members use. */
  #homesOf(groups: Iterable<Members>): ReadonlySet<string | undefined> {
    const homes = new Set<string | undefined>();
    for (const members of groups) {
      for (const member of members.values()) {
        const types =
          member.kind === "function" ? functionTypes(member) : [...resourceFunctions(member).flatMap(functionTypes)];
        for (const type of reachedTypes(types)) homes.add(this.#types.owners.get(type)?.interface);
      }
    }
    homes.delete(undefined);
    return homes;
  }

  /** Whether a group is an interface of the contract's package without functions, which need not be imported. */
  #isTypesOnly({ side, name }: Group, members: Members): boolean {
    return side === "import" && name !== undefined && members.size === 0 && this.#ownName(name) !== undefined;
  }

  /** Returns the name of an interface in the contract's package; `undefined` for another package. */
  #ownName(name: string): string | undefined {
    const id = parseInterfaceId(name);
    if (id === undefined) {
      if (name.includes(":")) throw componentTypeUnsupported(`the interface ${name} of a nested package`);
      return name;
    }
    const { namespace, package: packageName, version } = this.#identity;
    return id.namespace === namespace && id.package === packageName && id.version === version ? id.name : undefined;
  }

  /** Returns the JavaScript name of each interface. */
  #keys(groups: readonly Group[]): ReadonlyMap<string, string> {
    const keys = new Map<string, string>();
    const taken: string[] = [];
    for (const { name, items } of this.#groups) {
      const own = name === undefined ? undefined : this.#ownName(name);
      if (name === undefined)
        taken.push(...[...items].flatMap(([each, { kind }]) => (kind === "function" ? camel(each) : [])));
      else if (own !== undefined) {
        keys.set(name, key(own));
        taken.push(key(own));
      }
    }
    const foreign = groups.flatMap(({ name }) => (name === undefined || keys.has(name) ? [] : [name]));
    for (const [id, each] of foreignKeys(taken, foreign)) keys.set(id, each);
    return keys;
  }

  #ownerName({ interface: name }: TypeHome, keys: ReadonlyMap<string, string>): string | undefined {
    if (name === undefined) return undefined;
    const known = keys.get(name);
    return known === undefined ? (parseInterfaceId(name)?.name ?? name) : kebab(known);
  }

  #place({ name }: Group, members: Members, keys: ReadonlyMap<string, string>, side: Record<string, Item>): void {
    const placed: Record<string, FunctionType | ResourceType> = name === undefined ? (side as never) : {};
    for (const [each, member] of members) {
      const memberKey = member.kind === "resource" ? pascal(member.name) : key(each);
      if (Object.hasOwn(placed, memberKey)) throw componentTypeUnsupported(`two items named "${memberKey}"`);
      placed[memberKey] = member;
    }
    if (name === undefined) return;
    const id = this.#ownName(name) === undefined ? name : undefined;
    const item: InterfaceType = {
      kind: "interface",
      ...(id === undefined ? {} : { id }),
      members: placed,
      docs: undefined,
    };
    side[keys.get(name)!] = item;
  }
}

/** Adds an interface that the runtime provides for a component. */
function placeExport(
  item: InterfaceType,
  exports: Record<string, Item>,
  owners: Map<NamedType, string | undefined>,
): void {
  const id = item.id!;
  exports[foreignKeys(Object.keys(exports), [id]).get(id)!] = item;
  for (const type of reachedTypes(interfaceFunctions(item).flatMap(functionTypes)))
    owners.set(type, parseInterfaceId(id)!.name);
}

/** Functions and resources by their WIT names. */
type Members = Map<string, FunctionType | ResourceType>;

function key(name: string): string {
  const made = camel(name);
  if (!isWitName(name) || kebab(made) !== name)
    throw componentTypeUnsupported(`the name "${name}", which has no unique JavaScript name`);
  return made;
}
