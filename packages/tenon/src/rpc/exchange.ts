import type { FutureType, ResourceType, StreamType } from "../contract/core.js";
import type { TenonError } from "../errors/index.js";
import type { References } from "./codec/index.js";
import { type HandleTable, RemoteReference, resourceForeign, resourceGone } from "./handles.js";

/** What an exchange needs of its peer. */
export interface ExchangeOwner {
  readonly handles: HandleTable;
  /** Objects of the other side that this side owns. */
  ownedReferences: number;
  implementsResource(resource: ResourceType): boolean;
  sendRelease(handle: number): void;
  dropObject(resource: ResourceType, object: unknown): void;
  openOutgoingStream(type: StreamType, source: AsyncIterable<unknown>): number;
  discardOutgoing(id: number): void;
  openIncomingStream(type: StreamType, id: number): AsyncIterable<unknown> & { cancel(): void };
  openOutgoingFuture(type: FutureType, source: PromiseLike<unknown>): number;
  openIncomingFuture(type: FutureType, id: number): { readonly promise: Promise<unknown>; cancel(): void };
}

/**
 * The references that pass in one message and its answer: what was given, so that it can be taken back when the message
 * is not sent after all, and what was received, so that it can be released when nobody wants it.
 */
export class Exchange implements References {
  readonly #owner: ExchangeOwner;
  #undo: (() => void)[] = [];
  #received: (() => void)[] = [];
  #lent: number[] = [];
  #borrowed: RemoteReference[] = [];
  /** A handle that came was stale or of another kind: the message can be read, but not acted on. */
  failure: TenonError | undefined;

  constructor(owner: ExchangeOwner) {
    this.#owner = owner;
  }

  giveResource(resource: ResourceType, owned: boolean, value: unknown): number {
    const owner = this.#owner;
    if (owner.implementsResource(resource)) {
      if (value === undefined || value === null || value instanceof RemoteReference) {
        throw resourceForeign(resource, "is no such object of this side");
      }
      const handle = owner.handles.add(resource, value, !owned);
      this.#undo.push(() => owner.handles.delete(handle));
      if (!owned) this.#lent.push(handle);
      return handle;
    }
    if (!(value instanceof RemoteReference) || value.origin !== owner || value.resource !== resource) {
      throw resourceForeign(resource, "belongs to another plugin, or is no such object");
    }
    if (!value.alive) throw resourceGone(resource);
    if (owned) {
      if (!value.owned) throw resourceForeign(resource, "is only borrowed and cannot be given away");
      value.alive = false;
      owner.ownedReferences--;
      this.#undo.push(() => {
        value.alive = true;
        owner.ownedReferences++;
      });
    }
    return value.remote;
  }

  receiveResource(resource: ResourceType, owned: boolean, handle: number): unknown {
    const owner = this.#owner;
    if (!owner.implementsResource(resource)) {
      const reference = new RemoteReference(handle, resource, owner, owned);
      if (owned) {
        owner.ownedReferences++;
        this.#received.push(() => {
          if (!reference.alive) return;
          reference.alive = false;
          owner.ownedReferences--;
          owner.sendRelease(handle);
        });
      } else this.#borrowed.push(reference);
      return reference;
    }
    const held = owner.handles.get(handle);
    if (held === undefined || held.resource !== resource) {
      this.failure ??= resourceGone(resource);
      return undefined;
    }
    if (owned) {
      if (held.borrowed) {
        this.failure ??= resourceForeign(resource, "is only borrowed and cannot be given away");
        return undefined;
      }
      owner.handles.delete(handle);
      this.#received.push(() => owner.dropObject(resource, held.object));
    }
    return held.object;
  }

  giveStream(type: StreamType, source: AsyncIterable<unknown>): number {
    const id = this.#owner.openOutgoingStream(type, source);
    this.#undo.push(() => this.#owner.discardOutgoing(id));
    return id;
  }

  receiveStream(type: StreamType, id: number): AsyncIterable<unknown> {
    const stream = this.#owner.openIncomingStream(type, id);
    this.#received.push(() => stream.cancel());
    return stream;
  }

  giveFuture(type: FutureType, source: PromiseLike<unknown>): number {
    const id = this.#owner.openOutgoingFuture(type, source);
    this.#undo.push(() => this.#owner.discardOutgoing(id));
    return id;
  }

  receiveFuture(type: FutureType, id: number): Promise<unknown> {
    const future = this.#owner.openIncomingFuture(type, id);
    this.#received.push(() => future.cancel());
    return future.promise;
  }

  /** The message was not sent: everything given stays here. */
  takeBack(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    this.#lent = [];
  }

  /** Nobody takes what came: everything received is released. */
  refuse(): void {
    for (const release of this.#received.splice(0)) release();
  }

  /** The call has ended: borrows end with it, both ways. */
  end(): void {
    for (const handle of this.#lent.splice(0)) this.#owner.handles.delete(handle);
    for (const reference of this.#borrowed.splice(0)) reference.alive = false;
    this.#undo = [];
    this.#received = [];
  }
}
