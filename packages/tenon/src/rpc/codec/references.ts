import type { FutureType, ResourceType, StreamType } from "../../contract/core.js";

/**
 * The numbers that stand for values which do not leave their side: resources, streams and futures. A peer assigns them and
 * knows what they mean.
 */
export interface References {
  giveResource(resource: ResourceType, owned: boolean, value: unknown): number;
  receiveResource(resource: ResourceType, owned: boolean, handle: number): unknown;
  giveStream(type: StreamType, source: AsyncIterable<unknown>): number;
  receiveStream(type: StreamType, id: number): AsyncIterable<unknown>;
  giveFuture(type: FutureType, source: PromiseLike<unknown>): number;
  receiveFuture(type: FutureType, id: number): Promise<unknown>;
}

/** For types without references: every function throws. */
export const noReferences: References = {
  giveResource: refuse,
  receiveResource: refuse,
  giveStream: refuse,
  receiveStream: refuse,
  giveFuture: refuse,
  receiveFuture: refuse,
};

function refuse(): never {
  throw new TypeError("a resource, stream or future can only be sent by a peer");
}
