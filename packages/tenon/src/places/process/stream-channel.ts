import type { Duplex } from "node:stream";
import { errors, type TenonError } from "../../errors/index.js";
import type { Channel, ChannelHandlers } from "../../rpc/index.js";
import { FrameReader, FrameWriter } from "./framing.js";
import { within } from "./within.js";

// The end of a stream says little when the process ends too: its exit is the better reason, and comes a little later.
const exitMilliseconds = 500;

/** How a {@link StreamChannel} reads. */
export interface StreamChannelOptions {
  /** Bytes of the largest frame that is accepted. */
  readonly limit: number;
  /** Settles when the process at the other end has ended, where that is known. */
  readonly ended?: Promise<unknown> | undefined;
}

/**
 * A channel over a byte stream: each frame with its length before it (docs/wire.md, "Framing").
 *
 * It ends with TENON_WIRE_MALFORMED when a frame is longer than the limit, or when the stream ends inside a frame. The
 * end of a stream that comes with the end of the process is left to whoever waits for that; a process that goes on
 * without its stream is TENON_WIRE_CLOSED. A stream that breaks has ended.
 */
export class StreamChannel implements Channel {
  readonly #stream: Duplex;
  readonly #ended: Promise<unknown> | undefined;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  #handlers: ChannelHandlers | undefined;
  /** Nothing is sent or delivered any more. */
  #over = false;
  #finished = false;
  #closed = false;

  constructor(stream: Duplex, options: StreamChannelOptions) {
    this.#stream = stream;
    this.#ended = options.ended;
    this.#reader = new FrameReader(options.limit, (frame) => {
      if (!this.#over) this.#handlers?.frame(frame);
    });
    stream.on("error", () => this.#finish());
    stream.on("end", () => this.#finish());
    stream.on("close", () => this.#finish());
  }

  send(frame: Uint8Array): void {
    if (!this.#over && this.#stream.writable) this.#stream.write(this.#writer.encode(frame));
  }

  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    if (this.#closed) handlers.closed(undefined);
    else this.#stream.on("data", (chunk: Uint8Array) => this.#receive(chunk));
  }

  /** Ends this side; `closed` is called when the other side has ended too. */
  close(): void {
    this.#over = true;
    this.#stream.end();
    // What still comes is read and left, so that the stream can come to its end.
    this.#stream.resume();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#over) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#end(error as TenonError);
    }
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    const cut = this.#over ? undefined : this.#reader.end();
    const malformed =
      cut === undefined ? undefined : errors.TENON_WIRE_MALFORMED(`The connection was cut short: ${cut}.`);
    if (this.#over || this.#ended === undefined) {
      this.#end(malformed);
      return;
    }
    void within(exitMilliseconds, this.#ended).then((ended) => {
      // Whoever else waits for the end of the process comes first.
      if (ended) setImmediate(() => this.#end(undefined));
      else
        this.#end(malformed ?? errors.TENON_WIRE_CLOSED("The plugin closed its connection to the host, and went on."));
    });
  }

  #end(error: TenonError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.close();
    this.#handlers?.closed(error);
  }
}
