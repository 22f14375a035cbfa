import {
  compileCheckedCopy,
  compileGuard,
  isChangeable,
  type ResourceType,
  type Type,
  typeMismatch,
  unfit,
} from "../contract/core.js";
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
  /**
   * Whether values from the other side come from another thread or process, so that nobody else has them. Others are copied
   * as they are checked.
   */
  readonly fresh?: boolean;
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
  readonly #fresh: boolean;
  readonly classes = new Map<ResourceType, HandleClasses>();
  readonly #dropPaths = new Map<ResourceType, string>();
  readonly #handles = new Set<HandleState>();
  /** Our objects that the other side now owns. */
  readonly #lent = new Map<object, ResourceType>();
  /** Our objects that the other side may use until a call returns, with the number of such calls. We still own them. */
  readonly #loans = new Map<object, number>();
  readonly #open = new Set<(reason: TenonError) => void>();
  /** The other side's calls of our functions that have returned a promise, and have not been answered yet. */
  answering = 0;
  #idle: (() => void)[] = [];
  /** Those who wait for the end of operations that were open at some time. */
  #settling: { readonly open: Set<unknown>; readonly resolve: () => void }[] = [];
  #closed: TenonError | undefined;

  constructor(options: BoundaryOptions) {
    this.table = options.table;
    this.validates = options.validates;
    this.owner = options.owner;
    this.#fresh = options.fresh ?? false;
  }

  /**
   * Returns a value from the other side, checked and from then on the host's own.
   *
   * @throws TENON_VALUE_TYPE
   */
  take(type: Type, value: unknown, where: () => string): unknown {
    if (this.#fresh || !isChangeable(type)) {
      if (compileGuard(type)(value)) return value;
    } else {
      const copy = compileCheckedCopy(type)(value);
      if (copy !== unfit) return copy;
    }
    throw typeMismatch(type, value, where());
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
    const checked = !this.validates ? undefined : bytes ? chunkType : element;
    return guardedStream(
      source,
      (given) => {
        const value = checked === undefined ? given : this.#checked(checked, given, incoming, "stream element");
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
      (given) => {
        if (type === undefined) return undefined;
        const value = this.validates ? this.#checked(type, given, incoming, "future value") : given;
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
      if (!this.#open.delete(interrupt)) return;
      if (this.#settling.length > 0) this.#ended(interrupt);
      if (this.#open.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
  }

  #ended(interrupt: unknown): void {
    for (const { open, resolve } of this.#settling) {
      if (open.delete(interrupt) && open.size === 0) resolve();
    }
    this.#settling = this.#settling.filter(({ open }) => open.size > 0);
  }

  /** Resolves when no stream is open and no future is pending. Returns `undefined` if that is so already. */
  idle(): Promise<void> | undefined {
    if (this.#open.size === 0) return undefined;
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /**
   * Resolves when every stream that is open now, and every future that is pending now, has ended. Returns `undefined` if
   * there are none.
   */
  settled(): Promise<void> | undefined {
    if (this.#open.size === 0) return undefined;
    return new Promise((resolve) => this.#settling.push({ open: new Set(this.#open), resolve }));
  }

  get held(): number {
    return this.#handles.size + this.#lent.size;
  }

  /** What keeps an instance in use: handles and lent objects, open streams and pending futures, functions that still answer. */
  get inUse(): { readonly objects: number; readonly open: number; readonly answering: number } {
    return { objects: this.held + this.#loans.size, open: this.#open.size, answering: this.answering };
  }

  /** Whether nothing of the other side is in use here, and nothing of ours there. */
  get quiet(): boolean {
    return this.#open.size === 0 && this.held === 0 && this.#loans.size === 0 && this.answering === 0;
  }

  /** Ends all operations, releases all handles, and returns our lent objects for the caller to dispose. */
  async close(reason: TenonError): Promise<{ released: number; lent: readonly object[] }> {
    if (this.#closed !== undefined) return { released: 0, lent: [] };
    this.#closed = reason;
    for (const interrupt of [...this.#open]) interrupt(reason);
    this.#open.clear();
    for (const { resolve } of this.#settling.splice(0)) resolve();
    for (const resolve of this.#idle.splice(0)) resolve();
    const states = [...this.#handles];
    const drops = states.map(async (state) => this.release(state));
    await Promise.allSettled(drops);
    const lent = [...this.#lent.keys()];
    this.#lent.clear();
    return { released: states.length + lent.length, lent };
  }

  #checked(type: Type, value: unknown, incoming: boolean, where: string): unknown {
    if (incoming) return this.take(type, value, () => where);
    if (compileGuard(type)(value)) return value;
    throw typeMismatch(type, value, where);
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
