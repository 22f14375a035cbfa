import { systemFailure } from "../failure.js";
import type { OpenFile } from "../files/open-file.js";
import type { Outgoing } from "../network/byte-flow.js";
import type { Output } from "../output.js";
import { type Closable, type Context, misuse } from "./context.js";
import { closed, streamFailed } from "./io-error.js";
import { Pollable, poll } from "./pollable.js";

/** Bytes that a file or standard output takes at once. */
const mostWritten = 1024 * 1024;
/** Bytes that the blocking forms take, by their definition. */
const mostBlocking = 4096;

/** Where an output stream puts its bytes. Each may throw a `Failure`. */
export interface Sink extends Partial<Closable> {
  /** Bytes that it takes now; `undefined` where it is closed. */
  room(): number | undefined;
  /** Takes all of them: no more than there is room for. The bytes are the sink's from then on. */
  put(bytes: Uint8Array): void;
  /** Whether everything has left it. */
  flushed(): boolean;
}

/** `wasi:io/streams.output-stream`. */
export class OutputStream implements Closable {
  readonly #sink: Sink;
  /** What the last check allowed. */
  #allowed = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  static ofOutput(output: Output): OutputStream {
    return new OutputStream({ room: () => mostWritten, put: (bytes) => output.write(bytes), flushed: () => true });
  }

  /** @param offset `undefined` to write at the end, wherever that is. */
  static ofFile(file: OpenFile, offset: number | undefined): OutputStream {
    let position = offset ?? 0;
    file.hold();
    return new OutputStream({
      room: () => mostWritten,
      put(bytes) {
        if (offset === undefined) position = file.size();
        for (let rest = bytes; rest.length > 0; ) {
          const written = file.writeAt(rest, position);
          position += written;
          rest = rest.subarray(written);
        }
      },
      flushed: () => true,
      close: () => file.close(),
    });
  }

  /** Bytes to the network. */
  static ofFlow(outgoing: Outgoing): OutputStream {
    return new OutputStream({
      room() {
        outgoing.check();
        return outgoing.room;
      },
      put: (bytes) => void outgoing.write(bytes),
      flushed: () => outgoing.flushed || outgoing.closed,
    });
  }

  /** @returns Bytes that may be written; 0 where it must be waited for. @throws ErrorCase of a `stream-error` */
  checkWrite(): bigint {
    const room = attempt(() => this.#sink.room());
    if (room === undefined) throw closed();
    this.#allowed = room;
    return BigInt(room);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#allowed) throw misuse("wrote more to a stream than it was allowed");
    this.#allowed -= bytes.length;
    attempt(() => this.#sink.put(bytes));
  }

  writeZeroes(length: bigint): void {
    if (length > BigInt(this.#allowed)) throw misuse("wrote more to a stream than it was allowed");
    this.write(new Uint8Array(Number(length)));
  }

  blockingWriteAndFlush(context: Context, bytes: Uint8Array): void {
    if (bytes.length > mostBlocking)
      throw misuse(`wrote more than ${mostBlocking} bytes at once to a stream, and waits`);
    for (let rest = bytes; rest.length > 0; ) {
      poll(context, [this.subscribe()]);
      const part = rest.subarray(0, Number(this.checkWrite()));
      this.write(part);
      rest = rest.subarray(part.length);
    }
    this.blockingFlush(context);
  }

  /** Everything is on its way at once; this tells only of failures. */
  flush(): void {
    this.checkWrite();
  }

  blockingFlush(context: Context): void {
    poll(context, [new Pollable(() => this.#settled(() => this.#sink.flushed()))]);
    this.checkWrite();
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#settled(() => this.#sink.room() !== 0));
  }

  close(): void {
    this.#sink.close?.();
  }

  /** Whether it is so, or can never be so. */
  #settled(done: () => boolean): boolean {
    try {
      return done();
    } catch (thrown) {
      if (systemFailure(thrown) === undefined) throw thrown;
      return true;
    }
  }
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    const failure = systemFailure(thrown);
    if (failure === undefined) throw thrown;
    throw failure === "pipe" ? closed() : streamFailed(failure);
  }
}
