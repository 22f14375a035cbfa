import { wasiMisuse } from "../../../errors/factories/wasi.js";
import type { Output } from "../../capabilities/output.js";
import type { OpenFile } from "../../files/open-file.js";
import { systemFailure } from "../../model/failure.js";
import type { OutgoingBytes } from "../../network/byte-flow.js";
import type { Closable, Context } from "./context.js";
import { closed, streamFailed } from "./io-error.js";
import { Pollable, poll } from "./pollable.js";

/** How many bytes a file or standard output takes at a time. */
const mostWritten = 1024 * 1024;
/** The maximum of the blocking functions, by their definition. */
const mostBlocking = 4096;

/** Where an output stream puts its bytes. Each may throw a `Failure`. */
export interface Sink extends Partial<Closable> {
  /** How many bytes it takes now; `undefined` if it is closed. */
  room(): number | undefined;
  /** Takes all bytes, which are never more than there is room for. The caller must not change them afterwards. */
  put(bytes: Uint8Array): void;
  /** Sends what was held back, if the sink holds anything back. */
  flush?(): void;
  /** Whether everything was written. */
  flushed(): boolean;
}

/** `wasi:io/streams.output-stream`. */
export class OutputStream implements Closable {
  readonly #sink: Sink;
  /** How many bytes the last `check-write` allowed. */
  #allowed = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Standard output or error. What was written is taken to be flushed, as with a pipe of the system. */
  static ofOutput(output: Output): OutputStream {
    const { pipe, noticePiped } = output;
    if (pipe !== undefined)
      return new OutputStream({
        room() {
          pipe.check();
          return pipe.room;
        },
        put(bytes) {
          noticePiped?.(bytes);
          pipe.write(bytes);
        },
        flushed: () => true,
      });
    return new OutputStream({ room: () => mostWritten, put: (bytes) => output.write(bytes), flushed: () => true });
  }

  /** @param offset `undefined` to append. */
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
  static ofNetwork(outgoing: OutgoingBytes): OutputStream {
    return new OutputStream({
      room() {
        outgoing.check();
        return outgoing.room;
      },
      put: (bytes) => void outgoing.write(bytes),
      flush: () => outgoing.flush(),
      flushed: () => outgoing.flushed || outgoing.closed,
    });
  }

  /** @returns how many bytes may be written; 0 if the component must wait. @throws ErrorCase of a `stream-error` */
  checkWrite(): bigint {
    const room = attempt(() => this.#sink.room());
    if (room === undefined) throw closed();
    this.#allowed = room;
    return BigInt(room);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#allowed) throw tooMuch(bytes.length, this.#allowed);
    this.#allowed -= bytes.length;
    attempt(() => this.#sink.put(bytes));
  }

  writeZeroes(length: bigint): void {
    if (length > BigInt(this.#allowed)) throw tooMuch(length, this.#allowed);
    this.write(new Uint8Array(Number(length)));
  }

  blockingWriteAndFlush(context: Context, bytes: Uint8Array): void {
    if (bytes.length > mostBlocking)
      throw wasiMisuse(
        `wrote ${bytes.length} bytes with a blocking function, which takes at most ${mostBlocking} at a time`,
      );
    for (let rest = bytes; rest.length > 0; ) {
      poll(context, [this.subscribe()]);
      const part = rest.subarray(0, Number(this.checkWrite()));
      this.write(part);
      rest = rest.subarray(part.length);
    }
    this.blockingFlush(context);
  }

  /** Sends what was held back, and reports failures. */
  flush(): void {
    this.#sink.flush?.();
    this.checkWrite();
  }

  blockingFlush(context: Context): void {
    this.#sink.flush?.();
    poll(context, [new Pollable(() => this.#settled(() => this.#sink.flushed()))]);
    this.checkWrite();
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#settled(() => this.#sink.room() !== 0));
  }

  close(): void {
    this.#sink.close?.();
  }

  /** Whether `done` is true, or failed and never will be. */
  #settled(done: () => boolean): boolean {
    try {
      return done();
    } catch (thrown) {
      if (systemFailure(thrown) === undefined) throw thrown;
      return true;
    }
  }
}

function tooMuch(written: number | bigint, allowed: number) {
  return wasiMisuse(`wrote ${written} bytes to a stream, but check-write allowed only ${allowed}`);
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
