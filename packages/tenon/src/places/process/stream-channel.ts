import type { Duplex } from "node:stream";
import { connectionCut, connectionDropped } from "../../errors/factories/place.js";
import type { TenonError } from "../../errors/index.js";
import { within } from "../../launch/within.js";
import type { Channel, ChannelFlow, ChannelHandlers } from "../../rpc/index.js";
import { FrameReader, FrameWriter } from "./framing.js";

// If the process exits, the end of the stream says little: the exit is the better reason, and comes a little later.
const exitMilliseconds = 500;

/** How a {@link StreamChannel} reads. */
export interface StreamChannelOptions {
  /** Bytes of the largest frame that is accepted. */
  readonly limit: number;
  /** Resolves when the process at the other end has exited, if that is known. */
  readonly ended?: Promise<unknown> | undefined;
}

/**
 * A channel over a byte stream: each frame follows its length (docs/wire.md, "Framing").
 *
 * It ends with TENON_WIRE_MALFORMED if a frame is longer than the limit, or the stream ends inside a frame. If the process
 * exits too, it ends without an error, because the exit says more. If the process keeps running without its stream, it
 * ends with TENON_WIRE_CLOSED. A stream that breaks counts as ended.
 */
export class StreamChannel implements Channel, ChannelFlow {
  readonly #stream: Duplex;
  readonly #ended: Promise<unknown> | undefined;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  #handlers: ChannelHandlers | undefined;
  /** Whether sending and delivering has stopped. */
  #over = false;
  #finished = false;
  #closed = false;
  #below: { readonly bytes: number; readonly ready: () => void }[] = [];
  readonly #written = () => this.#notify();

  constructor(stream: Duplex, options: StreamChannelOptions) {
    this.#stream = stream;
    this.#ended = options.ended;
    this.#reader = new FrameReader(options.limit, (frame, blobs) => {
      if (!this.#over) this.#handlers?.frame(frame, blobs);
    });
    stream.on("error", () => this.#finish());
    stream.on("end", () => this.#finish());
    stream.on("close", () => this.#finish());
  }

  send(frame: Uint8Array, blobs: readonly Uint8Array[] = []): void {
    if (this.#over || !this.#stream.writable) return;
    if (blobs.length > 0) {
      this.#stream.cork();
      for (const piece of this.#writer.pieces(frame, blobs)) this.#stream.write(piece, this.#written);
      this.#stream.uncork();
      return;
    }
    const bytes = this.#writer.encode(frame);
    if (this.#stream.writableLength > 0) this.#stream.write(bytes, this.#written);
    else this.#stream.write(bytes);
  }

  get flow(): ChannelFlow {
    return this;
  }

  /** What the system has not accepted. */
  get outstanding(): number {
    return this.#stream.writableLength;
  }

  whenBelow(bytes: number, ready: () => void): void {
    // What was written to an empty buffer has no callback of its own.
    if (this.#below.push({ bytes, ready }) === 1) this.#stream.once("drain", this.#written);
    // Nothing may be left to be written that could call back.
    if (this.outstanding <= bytes) setImmediate(this.#written);
  }

  pause(paused: boolean): void {
    if (this.#over) return;
    if (paused) this.#stream.pause();
    else this.#stream.resume();
  }

  #notify(): void {
    if (this.#below.length === 0) return;
    for (const waiting of this.#below.splice(0)) {
      if (this.outstanding <= waiting.bytes) waiting.ready();
      else this.#below.push(waiting);
    }
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
    // What still arrives is read and discarded, so that the stream can end.
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
    const malformed = cut === undefined ? undefined : connectionCut(cut);
    if (this.#over || this.#ended === undefined) {
      this.#end(malformed);
      return;
    }
    void within(exitMilliseconds, this.#ended).then((ended) => {
      // Others that wait for the exit of the process come first.
      if (ended) setImmediate(() => this.#end(undefined));
      else this.#end(malformed ?? connectionDropped());
    });
  }

  #end(error: TenonError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.close();
    this.#handlers?.closed(error);
  }
}
