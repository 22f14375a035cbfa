import { compileGuard, type ResourceType, type Type, typeMismatch } from "../contract/core.js";
import { resourceForeign, resourceGone } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import { compileConversion } from "./convert.js";
import { Handle, type HandleState } from "./handle.js";
import type { FunctionTable } from "./instance.js";
import { guardedPromise, guardedStream } from "./stream.js";

/** What is borrowed for the duration of one call: their objects by us, ours by them. */
export interface Scope {
  readonly borrowed: HandleState[];
  readonly loans: object[];
}

/** Starts the scope of one call. */
export function openScope(): Scope {
  return { borrowed: [], loans: [] };
}

/** The classes of one side's handles for the other side's resources. */
export interface HandleClasses {
  readonly async: new (state: HandleState) => Handle;
  readonly sync: new (state: HandleState) => Handle;
}

export interface BoundaryOptions {
  /** The functions of the other side: a released handle is dropped through them. */
  readonly table: FunctionTable;
  /** Whether this boundary validates values from both sides. The host's does, the guest's does not. */
  readonly validates: boolean;
  /** What owns this boundary, so that code that has a handle can find out where it came from. */
  readonly owner?: unknown;
}

/**
 * Everything that has passed between one instance and its host, as one of the two sees it: their objects as handles, our
 * objects that they hold, open streams and pending promises. Closing the boundary always releases all of it.
 */
export class Boundary {
  readonly table: FunctionTable;
  readonly validates: boolean;
  readonly owner: unknown;
  readonly classes = new Map<ResourceType, HandleClasses>();
  readonly #dropPaths = new Map<ResourceType, string>();
  readonly #handles = new Set<HandleState>();
  /** Our objects that the other side now owns. */
  readonly #lent = new Map<object, ResourceType>();
  /** Our objects that the other side may use until a call returns, with the number of such calls. We still own them. */
  readonly #loans = new Map<object, number>();
  readonly #open = new Set<(reason: TenonError) => void>();
  #idle: (() => void)[] = [];
  #closed: TenonError | undefined;

  constructor(options: BoundaryOptions) {
    this.table = options.table;
    this.validates = options.validates;
    this.owner = options.owner;
  }

  /** Declares a resource of the other side: its handle classes and its drop function. Every other resource is ours. */
  declareTheirs(resource: ResourceType, classes: HandleClasses, dropPath: string): void {
    this.classes.set(resource, classes);
    this.#dropPaths.set(resource, dropPath);
  }

  /** Returns a handle for their object, or our own object if that is what they sent. */
  receive(
    representation: unknown,
    resource: ResourceType,
    owned: boolean,
    view: "async" | "sync",
    scope: Scope | undefined,
  ): unknown {
    const classes = this.classes.get(resource);
    if (classes === undefined) {
      if (owned ? !this.#lent.delete(representation as object) : !this.#holds(representation as object)) {
        throw resourceForeign(resource.name, this.#holds(representation as object) ? "borrowed" : "other");
      }
      return representation;
    }
    const state: HandleState = { boundary: this, resource, representation, owned, alive: true };
    if (owned) this.#handles.add(state);
    else scope?.borrowed.push(state);
    return new classes[view](state);
  }

  /** Returns the representation of a handle, or our own object, which is given away or lent until the scope ends. */
  give(value: unknown, resource: ResourceType, owned: boolean, scope: Scope | undefined): unknown {
    if (this.classes.has(resource)) {
      const state = Handle.state(value);
      if (state === undefined || state.resource !== resource || state.boundary !== this)
        throw resourceForeign(resource.name);
      if (!state.alive) throw resourceGone(resource.name);
      if (owned) {
        if (!state.owned) throw resourceForeign(resource.name, "borrowed");
        this.#settle(state);
      }
      return state.representation;
    }
    if (Handle.state(value) !== undefined) throw resourceForeign(resource.name);
    const object = value as object;
    if (owned) this.#lent.set(object, resource);
    else if (scope !== undefined) {
      scope.loans.push(object);
      this.#loans.set(object, (this.#loans.get(object) ?? 0) + 1);
    }
    return value;
  }

  /** The other side drops an object of ours. Returns whether it still had it: dropping twice does nothing. */
  takeBack(representation: unknown): boolean {
    return this.#lent.delete(representation as object);
  }

  /** Releases a handle to their object. Their drop function runs once. */
  release(state: HandleState): unknown {
    if (!state.alive) return undefined;
    this.#settle(state);
    if (!state.owned) return undefined;
    const drop = this.table.get(this.#dropPaths.get(state.resource) ?? "");
    return drop?.invoke([state.representation], { signal: undefined, deadline: 0 });
  }

  endScope(scope: Scope): void {
    for (const state of scope.borrowed) state.alive = false;
    for (const object of scope.loans.splice(0)) {
      const count = (this.#loans.get(object) ?? 1) - 1;
      if (count > 0) this.#loans.set(object, count);
      else this.#loans.delete(object);
    }
  }

  stream(
    element: Type | undefined,
    source: AsyncIterable<unknown>,
    incoming: boolean,
    view: "async" | "sync",
  ): AsyncIterable<unknown> {
    const conversion = element === undefined ? undefined : compileConversion(element, incoming ? "receive" : "give");
    const bytes = element?.kind === "u8";
    const guard = element === undefined || !this.validates ? undefined : compileGuard(bytes ? chunkType : element);
    return guardedStream(
      source,
      (value) => {
        if (guard !== undefined && !guard(value))
          throw typeMismatch(bytes ? chunkType : (element as Type), value, "stream element");
        return conversion === undefined || bytes ? value : conversion(value, this, view, undefined);
      },
      this,
    );
  }

  future(
    type: Type | undefined,
    source: PromiseLike<unknown>,
    incoming: boolean,
    view: "async" | "sync",
  ): Promise<unknown> {
    const conversion = type === undefined ? undefined : compileConversion(type, incoming ? "receive" : "give");
    return guardedPromise(
      source,
      (value) => {
        if (type === undefined) return undefined;
        if (this.validates && !compileGuard(type)(value)) throw typeMismatch(type, value, "future value");
        return conversion === undefined ? value : conversion(value, this, view, undefined);
      },
      this,
    );
  }

  /** Registers an operation, and returns the function that ends it. `interrupt` is called if the boundary closes first. */
  begin(interrupt: (reason: TenonError) => void): () => void {
    if (this.#closed !== undefined) throw this.#closed;
    this.#open.add(interrupt);
    return () => {
      if (this.#open.delete(interrupt) && this.#open.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
  }

  /** Resolves when no stream is open and no future is pending. Returns `undefined` if that is so already. */
  idle(): Promise<void> | undefined {
    if (this.#open.size === 0) return undefined;
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  get held(): number {
    return this.#handles.size + this.#lent.size;
  }

  /** Ends all operations, releases all handles, and returns our lent objects for the caller to dispose. */
  async close(reason: TenonError): Promise<{ released: number; lent: readonly object[] }> {
    if (this.#closed !== undefined) return { released: 0, lent: [] };
    this.#closed = reason;
    for (const interrupt of [...this.#open]) interrupt(reason);
    this.#open.clear();
    for (const resolve of this.#idle.splice(0)) resolve();
    const states = [...this.#handles];
    const drops = states.map(async (state) => this.release(state));
    await Promise.allSettled(drops);
    const lent = [...this.#lent.keys()];
    this.#lent.clear();
    return { released: states.length + lent.length, lent };
  }

  #holds(object: object): boolean {
    return this.#lent.has(object) || this.#loans.has(object);
  }

  #settle(state: HandleState): void {
    state.alive = false;
    this.#handles.delete(state);
  }
}

const chunkType: Type = { kind: "list", element: { kind: "u8" } };
