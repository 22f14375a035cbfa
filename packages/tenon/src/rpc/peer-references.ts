import type { FutureType, ResourceType, StreamType } from "../contract/core.js";
import { kind } from "./envelope.js";
import type { ExchangeOwner } from "./exchange.js";
import { HandleTable } from "./handles.js";
import type { Link } from "./link.js";
import type { Server } from "./server.js";
import type { Streams } from "./streams.js";

/** The objects and streams behind the handles and stream numbers of a connection. */
export class PeerReferences implements ExchangeOwner {
  readonly handles = new HandleTable();
  ownedReferences = 0;
  readonly #link: Link;
  readonly #server: Server;
  readonly #streams: Streams;

  constructor(link: Link, server: Server, streams: Streams) {
    this.#link = link;
    this.#server = server;
    this.#streams = streams;
  }

  implementsResource(resource: ResourceType): boolean {
    return this.#server.implements(resource);
  }

  sendRelease(handle: number): void {
    if (this.#link.closed === undefined) this.#link.sendNumber(kind.release, handle);
  }

  dropObject(resource: ResourceType, object: unknown): void {
    this.#server.drop(resource, object);
  }

  /** The other side has released an object of this side. */
  released(handle: number): void {
    const held = this.handles.get(handle);
    if (held === undefined || held.borrowed) return;
    this.handles.delete(handle);
    this.dropObject(held.resource, held.object);
  }

  release(): number {
    const held = this.handles.clear();
    for (const { resource, object, borrowed } of held) if (!borrowed) this.dropObject(resource, object);
    return held.length;
  }

  openOutgoingStream(type: StreamType, source: AsyncIterable<unknown>): number {
    return this.#streams.openOutgoing(type, source);
  }

  openIncomingStream(type: StreamType, id: number): AsyncIterable<unknown> & { cancel(): void } {
    return this.#streams.openIncoming(type, id);
  }

  openOutgoingFuture(type: FutureType, source: PromiseLike<unknown>): number {
    return this.#streams.openOutgoingFuture(type, source);
  }

  openIncomingFuture(type: FutureType, id: number): { readonly promise: Promise<unknown>; cancel(): void } {
    return this.#streams.openIncomingFuture(type, id);
  }

  discardOutgoing(id: number): void {
    this.#streams.discardOutgoing(id);
  }
}
