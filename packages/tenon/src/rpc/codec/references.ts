import type { FutureType, ResourceType, StreamType } from "../../contract/core.js";

/**
 * What stands for values that do not leave their side: resources, streams and futures are numbers on the wire. A peer
 * gives them out and knows what they mean.
 */
export interface References {
  giveResource(resource: ResourceType, owned: boolean, value: unknown): number;
  receiveResource(resource: ResourceType, owned: boolean, handle: number): unknown;
  giveStream(type: StreamType, source: AsyncIterable<unknown>): number;
  receiveStream(type: StreamType, id: number): AsyncIterable<unknown>;
  giveFuture(type: FutureType, source: PromiseLike<unknown>): number;
  receiveFuture(type: FutureType, id: number): Promise<unknown>;
}

/** For types that hold no references: {@link References} of nothing. */
export const noReferences: References = {
  giveResource: refuse,
  receiveResource: refuse,
  giveStream: refuse,
  receiveStream: refuse,
  giveFuture: refuse,
  receiveFuture: refuse,
};

function refuse(): never {
  throw new TypeError("a resource, stream or future needs a peer");
}
