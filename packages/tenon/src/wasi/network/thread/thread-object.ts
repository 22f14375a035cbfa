import type { Command, Notice } from "../protocol.js";

/** The counterpart of one of the plugin's network objects in the network's thread. It receives the commands for it. */
export interface ThreadObject {
  write?(bytes: Uint8Array): void;
  end?(trailers: Extract<Command, { do: "end" }>["trailers"]): void;
  consumed?(bytes: number): void;
  send?(bytes: Uint8Array, to: Extract<Command, { do: "send" }>["to"]): void;
  close(): void;
}

/** What objects of the network's thread can use. */
export interface ThreadContext {
  notify(notice: Notice): void;
  /** Adds a connection that was accepted. @returns its number */
  adopt(make: (id: number) => ThreadObject): number;
}
