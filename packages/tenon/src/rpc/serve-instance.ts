import type { Prepared } from "../runtime/index.js";
import type { Channel } from "./channel.js";

/** What a place's entry hands over in its thread or process. */
export interface ServeOptions {
  readonly channel: Channel;
  /**
   * What to load, where the place has its own way of sending it (a structured clone). Otherwise it comes with the load
   * message.
   */
  readonly prepared?: Prepared | undefined;
  /** Called once, when the host has closed the instance or the connection ended: the thread or process should end now. */
  finished(): void;
}

export declare function serveInstance(options: ServeOptions): void;
