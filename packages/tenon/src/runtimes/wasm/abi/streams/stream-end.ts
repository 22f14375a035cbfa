import type { SharedStream } from "./shared-stream.js";
import { Waitable } from "./waitable.js";

/** One end of a stream or future in the table of an instance. */
export class StreamEnd extends Waitable {
  readonly shared: SharedStream;
  readonly isReadable: boolean;
  /** `waiting` and `cancelling` while a read or write is in progress; `done` when no more may start. */
  state: "idle" | "waiting" | "cancelling" | "done" = "idle";

  constructor(shared: SharedStream, isReadable: boolean) {
    super();
    this.shared = shared;
    this.isReadable = isReadable;
  }

  /** For messages. */
  get description(): string {
    return `${this.isReadable ? "readable" : "writable"} ${this.shared.kind}`;
  }
}
