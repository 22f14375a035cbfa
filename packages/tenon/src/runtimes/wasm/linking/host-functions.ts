import {
  type Contract,
  type FunctionType,
  fullType,
  type Items,
  type ResourceType,
  type Signature,
  signatures,
} from "../../../contract/core.js";
import { importNotProvided } from "../../../errors/factories/wasm-call.js";
import type { CallControl, FunctionTable, InstanceFunction } from "../../../runtime/index.js";
import { interfaceId, namesMatch } from "./interface-names.js";

/** A function of the host, for a component or module to import. */
export interface HostFunction {
  readonly label: string;
  readonly type: FunctionType;
  /** Takes values. Blocks if it has to wait, or throws TENON_SYNC_UNAVAILABLE. */
  readonly call: (...parameters: any[]) => unknown;
  /** The same, but it may return a promise. */
  readonly start: (...parameters: any[]) => unknown;
}

/** Finds the imports of a component or module in a contract, by name. */
export class HostFunctions {
  readonly #contract: Contract;
  readonly #table: FunctionTable;
  readonly #byScope = new Map<string, HostScope | undefined>();

  constructor(contract: Contract, table: FunctionTable) {
    this.#contract = contract;
    this.#table = table;
  }

  /**
   * Returns the interface of the contract that an import names, or `undefined` if it names none: `demo:kit/host@1.0.0`, the
   * plain name of an interface of the world itself, or `$root` for functions outside any interface.
   */
  scope(importName: string): HostScope | undefined {
    if (this.#byScope.has(importName)) return this.#byScope.get(importName);
    const { imports } = this.#contract;
    const key = interfaceKey(this.#contract, imports, importName);
    const isOutside = importName !== "$root" && key === undefined;
    const found = isOutside ? undefined : new HostScope(byMember(imports, key), this.#table);
    this.#byScope.set(importName, found);
    return found;
  }

  /** Returns the function that destroys an object of one of the host's resources. */
  dropOf(resource: ResourceType): ((object: unknown) => void) | undefined {
    const drop = signatures(this.#contract.imports).find((each) => each.kind === "drop" && each.resource === resource);
    return drop && destructorOf(this.#table.get(drop.path));
  }
}

/** The functions and resources of one interface of the host. */
export class HostScope {
  readonly #members: ReadonlyMap<string, Signature>;
  readonly #table: FunctionTable;

  constructor(members: ReadonlyMap<string, Signature>, table: FunctionTable) {
    this.#members = members;
    this.#table = table;
  }

  /** @param member the name in the component: `log`, `[method]bucket.put` */
  function(member: string): HostFunction | undefined {
    const signature = this.#members.get(member);
    if (signature === undefined) return undefined;
    const target = this.#table.get(signature.path);
    return { label: signature.label, type: fullType(signature), ...callable(signature, target) };
  }

  /** Returns the resource with a name, and the function that destroys an object of it. */
  resource(name: string): { readonly type: ResourceType; readonly drop: (object: unknown) => void } | undefined {
    const signature = this.#members.get(`[resource-drop]${name}`);
    if (signature?.resource === undefined) return undefined;
    return { type: signature.resource, drop: destructorOf(this.#table.get(signature.path)) };
  }
}

function destructorOf(target: InstanceFunction | undefined): (object: unknown) => void {
  return (object) => {
    const ended = target?.invoke([object], unlimited);
    if (ended instanceof Promise) ended.catch(() => {});
  };
}

const unlimited: CallControl = { signal: undefined, deadline: 0 };

function callable(signature: Signature, target: InstanceFunction | undefined): Pick<HostFunction, "call" | "start"> {
  if (target === undefined) {
    const absent = () => {
      throw importNotProvided(signature.label);
    };
    return { call: absent, start: absent };
  }
  return {
    call:
      target.trusted ??
      ((...parameters) =>
        target.invokeSync === undefined
          ? target.invoke(parameters, unlimited)
          : target.invokeSync(parameters, unlimited)),
    start: (...parameters) => target.invoke(parameters, unlimited),
  };
}

/** Returns the key of the contract's interface with a name. */
export function interfaceKey(contract: Contract, items: Items, name: string): string | undefined {
  const entries = Object.entries(items).flatMap(([key, item]) =>
    item.kind === "interface" ? [{ key, id: interfaceId(contract, key, item), plain: item.id === undefined }] : [],
  );
  const exact = entries.find(({ id }) => id === name) ?? entries.find(({ id }) => namesMatch(id, name));
  if (exact !== undefined) return exact.key;
  return entries.find(({ plain, id }) => plain && !name.includes(":") && id.replace(/@.*$/, "").endsWith(`/${name}`))
    ?.key;
}

/** The functions of one interface, or outside any, by what follows the `#` of their path. */
export function byMember(items: Items, key: string | undefined): ReadonlyMap<string, Signature> {
  return new Map(
    signatures(items)
      .filter((signature) => signature.interface === key)
      .map((signature) => [signature.path.slice(signature.path.indexOf("#") + 1), signature]),
  );
}
