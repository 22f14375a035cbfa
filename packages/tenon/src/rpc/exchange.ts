import type { FutureType, ResourceType, StreamType } from "../contract/core.js";
import { resourceForeign, resourceGone } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import type { References } from "./codec/index.js";
import { type HandleTable, RemoteReference } from "./handles.js";

/** What an exchange needs of its peer. */
export interface ExchangeOwner {
  readonly handles: HandleTable;
  /** How many objects of the other side this side owns. */
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
 * The references in one message and its answer: those given, to take them back if the message is not sent after all, and
 * those received, to release them if they are not wanted.
 */
export class Exchange implements References {
  readonly #owner: ExchangeOwner;
  #undo: (() => void)[] = [];
  #received: (() => void)[] = [];
  #lent: number[] = [];
  #borrowed: RemoteReference[] = [];
  /** Set if a received handle was stale or of another type: the message can be read, but not acted on. */
  failure: TenonError | undefined;

  constructor(owner: ExchangeOwner) {
    this.#owner = owner;
  }

  giveResource(resource: ResourceType, owned: boolean, value: unknown): number {
    const owner = this.#owner;
    if (owner.implementsResource(resource)) {
      if (value === undefined || value === null || value instanceof RemoteReference) {
        throw resourceForeign(resource.name, "not ours");
      }
      const handle = owner.handles.add(resource, value, !owned);
      this.#undo.push(() => owner.handles.delete(handle));
      if (!owned) this.#lent.push(handle);
      return handle;
    }
    if (!(value instanceof RemoteReference) || value.origin !== owner || value.resource !== resource) {
      throw resourceForeign(resource.name);
    }
    if (!value.alive) throw resourceGone(resource.name);
    if (owned) {
      if (!value.owned) throw resourceForeign(resource.name, "borrowed");
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
      this.failure ??= resourceGone(resource.name);
      return undefined;
    }
    if (owned) {
      if (held.borrowed) {
        this.failure ??= resourceForeign(resource.name, "borrowed");
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

  /** The message was not sent: takes back everything given. */
  takeBack(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    this.#lent = [];
  }

  /** What was received is not wanted: releases all of it. */
  refuse(): void {
    for (const release of this.#received.splice(0)) release();
  }

  /** The call has ended: ends what was borrowed, in both directions. */
  end(): void {
    for (const handle of this.#lent.splice(0)) this.#owner.handles.delete(handle);
    for (const reference of this.#borrowed.splice(0)) reference.alive = false;
    this.#undo = [];
    this.#received = [];
  }
}
