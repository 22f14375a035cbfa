import { connectionClosed } from "../errors/factories/place.js";
import { type Channel, memoryChannelPair, type PlaceExit, serveInstance, startRemoteInstance } from "../rpc/index.js";
import type { Isolation, Place, PlaceTraits } from "../runtime/index.js";

declare module "../runtime/place.js" {
  interface Places {
    /** For tests: see {@link serialisedPlace}. */
    serialised: Place;
  }
}

/** Which way a frame goes. */
export type FrameDirection = "to-plugin" | "to-host";

export interface SerialisedPlaceOptions {
  /** Gets every frame and returns it, changed or not, or `undefined` to lose it. For tests of bad connections. */
  readonly alter?: (frame: Uint8Array, direction: FrameDirection) => Uint8Array | undefined;
}

/** A runtime has to do there what it does in a thread that is not the host's, except that it cannot block. */
const traits: PlaceTraits = Object.freeze({ thread: "own", process: "host", blocking: false, local: true });
const isolation: Isolation = Object.freeze({
  level: "none",
  memory: false,
  crash: false,
  interruptible: false,
  filesystem: false,
  network: false,
  environment: false,
  processes: false,
  by: [],
  remarks: Object.freeze(["The plugin runs in the host's own thread; only its values are passed as bytes."]),
});

/**
 * A place for tests. The plugin runs in this thread, but everything that passes between it and the host is serialised to
 * bytes, with the same code that serves threads and processes.
 */
export function serialisedPlace({ alter = (frame) => frame }: SerialisedPlaceOptions = {}): Place {
  const running = new Set<() => Promise<unknown>>();
  return {
    name: "serialised",
    traits,
    isolation,
    async start(runtime, prepared, request, limits) {
      const [ours, theirs] = memoryChannelPair();
      const { promise: ended, resolve: end } = settledByHand<PlaceExit>();
      const finish = () => {
        running.delete(kill);
        end({ exit: undefined, error: connectionClosed(prepared.path) });
      };
      const kill = () => {
        theirs.close();
        finish();
        return ended;
      };
      running.add(kill);
      serveInstance({ channel: altered(theirs, (frame) => alter(frame, "to-host")), traits, finished: finish });
      return startRemoteInstance({
        isolation,
        proof: "connection-closed",
        channel: altered(ours, (frame) => alter(frame, "to-plugin")),
        runtime,
        prepared,
        request,
        limits,
        ended,
        kill,
      });
    },
    async close() {
      await Promise.all([...running].map((kill) => kill()));
    },
  };
}

function altered(channel: Channel, alter: (frame: Uint8Array) => Uint8Array | undefined): Channel {
  return {
    open: (handlers) => channel.open(handlers),
    close: () => channel.close(),
    send(frame) {
      const sent = alter(Uint8Array.from(frame));
      if (sent !== undefined) channel.send(sent);
    },
  };
}

function settledByHand<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
