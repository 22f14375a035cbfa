import {
  type Contract,
  camel,
  type InterfaceType,
  kebab,
  type NamedType,
  pascal,
  type ResourceType,
  resources,
} from "../../../../contract/index.js";

/** Keywords and predeclared names, which parameters may not have. Source: The Go Programming Language Specification. */
const reserved: ReadonlySet<string> = new Set(
  (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map package range " +
    "return select struct switch type var any append bool byte cap clear close comparable complex complex128 complex64 " +
    "copy delete error false float32 float64 imag int int16 int32 int64 int8 iota len make max min new nil panic print " +
    "println real recover rune string true uint uint16 uint32 uint64 uint8 uintptr init main"
  ).split(" "),
);

/** Names that the bindings use for streams and futures. */
const streamNames = ["Stream", "NewStream", "NewByteStream", "Future", "NewFuture"];

/** The Go names of everything in a contract. All of them are in the author's package main. */
export class GoNames {
  /** The type with the world's own functions. */
  readonly world = "Plugin";
  readonly exportedResources: ReadonlySet<ResourceType>;
  readonly #taken = new Set<string>(["Plugin", "Tenon", "Result", "Failure", "HostError", ...streamNames]);
  readonly #types = new Map<NamedType, string>();
  readonly #exports = new Map<string, string>();
  readonly #imports = new Map<string, string>();

  constructor(contract: Contract) {
    this.exportedResources = resources(contract.exports);
    // Types that the author declares get their names first.
    for (const resource of this.exportedResources) this.#types.set(resource, this.#claim(pascal(resource.name)));
    for (const [key, item] of Object.entries(contract.exports))
      if (item.kind === "interface") this.#exports.set(key, this.#claim(goInterface(key), "Interface"));
    for (const { type, owner } of contract.declarations) {
      if (this.#types.has(type)) continue;
      const name = pascal(type.name);
      const apart = owner === undefined ? undefined : pascal(owner) + name;
      this.#types.set(type, this.#taken.has(name) && apart !== undefined ? this.#claim(apart) : this.#claim(name));
    }
    for (const [key, item] of Object.entries(contract.imports)) {
      if (item.kind !== "interface") this.#worldImports();
      else {
        const name = goInterface(key);
        this.#imports.set(key, this.#taken.has(name) ? this.#claim(`Host${name}`) : this.#claim(name));
      }
    }
  }

  /** Returns the Go type of a named type. */
  type(type: NamedType): string {
    return this.#types.get(type) ?? pascal(type.name);
  }

  /** Returns the type whose methods are the functions of an exported interface, or the world's own. */
  exported(key: string | undefined): string {
    return key === undefined ? this.world : (this.#exports.get(key) ?? goInterface(key));
  }

  /** Returns the variable whose methods are the functions of an imported interface, or the world's own. */
  imported(key: string | undefined): string {
    return this.#imports.get(key ?? "") ?? "Host";
  }

  #worldImports(): void {
    if (!this.#imports.has("")) this.#imports.set("", this.#claim("Host", "World"));
  }

  #claim(name: string, suffix = "_"): string {
    let free = name;
    while (this.#taken.has(free)) free += suffix;
    this.#taken.add(free);
    return free;
  }
}

/** Returns a parameter's name in Go. */
export function goParameter(name: string): string {
  const plain = camel(name);
  // Local variables of the bindings are v0, v1 …, and all their other names begin with `tenon`.
  return reserved.has(plain) || /^v\d+$/.test(plain) ? `${plain}_` : plain;
}

function goInterface(key: string): string {
  return pascal(kebab(key));
}

/** Returns the full name of an interface: its own id, or its name in the contract's package. */
export function interfaceName(contract: Contract, key: string, item: InterfaceType): string {
  if (item.id !== undefined) return item.id;
  const version = contract.version === undefined ? "" : `@${contract.version}`;
  return `${contract.namespace}:${contract.package}/${kebab(key)}${version}`;
}
