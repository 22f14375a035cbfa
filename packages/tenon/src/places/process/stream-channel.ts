import type { Duplex } from "node:stream";
import { errors, type TenonError } from "../../errors/index.js";
import type { Channel, ChannelHandlers } from "../../rpc/index.js";
import { FrameReader, FrameWriter } from "./framing.js";
import { within } from "./within.js";

// A stream that ends inside a message says little when the process ends too: its exit is the better reason.
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
 * It ends with TENON_WIRE_MALFORMED when a frame is longer than the limit, or when the stream ends inside a frame though
 * the other side lives on. A stream that breaks counts as closed by the other side.
 */
export class StreamChannel implements Channel {
  readonly #stream: Duplex;
  readonly #ended: Promise<unknown> | undefined;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  #handlers: ChannelHandlers | undefined;
  #closed = false;

  constructor(stream: Duplex, options: StreamChannelOptions) {
    this.#stream = stream;
    this.#ended = options.ended;
    this.#reader = new FrameReader(options.limit, (frame) => {
      if (!this.#closed) this.#handlers?.frame(frame);
    });
    stream.on("error", () => this.#end(undefined));
    stream.on("end", () => this.#finish());
    stream.on("close", () => this.#finish());
  }

  send(frame: Uint8Array): void {
    if (!this.#closed && this.#stream.writable) this.#stream.write(this.#writer.encode(frame));
  }

  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    if (this.#closed) handlers.closed(undefined);
    else this.#stream.on("data", (chunk: Uint8Array) => this.receive(chunk));
  }

  /** Takes bytes of the stream, where its owner reads it by other means than its "data" event. */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#end(error as TenonError);
    }
  }

  close(): void {
    this.#end(undefined);
  }

  #finish(): void {
    if (this.#closed) return;
    const cut = this.#reader.end();
    const error = cut === undefined ? undefined : errors.TENON_WIRE_MALFORMED(`The connection was cut short: ${cut}.`);
    if (error === undefined || this.#ended === undefined) this.#end(error);
    else void within(exitMilliseconds, this.#ended).then((ended) => this.#end(ended ? undefined : error));
  }

  #end(error: TenonError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.end();
    // What still comes is read and left, so that the stream can come to its end.
    this.#stream.resume();
    this.#handlers?.closed(error);
  }
}
