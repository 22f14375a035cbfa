import type { Input } from "../../capabilities/input.js";
import type { OpenFile } from "../../files/open-file.js";
import { systemFailure } from "../../model/failure.js";
import type { IncomingBytes } from "../../network/byte-flow.js";
import type { Closable, Context } from "./context.js";
import { closed, streamFailed } from "./io-error.js";
import { Pollable, poll } from "./pollable.js";

/** The maximum number of bytes of one read. */
const mostRead = 1024 * 1024;

/** Where an input stream gets its bytes from. */
interface Source extends Partial<Closable> {
  /** Whether `take` would return without waiting. */
  ready(): boolean;
  /** Returns the next bytes; none if nothing has arrived, `undefined` at the end. May throw a `Failure`. */
  take(length: number): Uint8Array | undefined;
}

/** `wasi:io/streams.input-stream`. */
export class InputStream implements Closable {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Standard input. Its bytes belong to the host and are copied. */
  static ofInput(input: Input): InputStream {
    return new InputStream({
      ready: () => input.ready,
      take: (length) => (input.ready && input.ended ? undefined : new Uint8Array(input.take(length))),
    });
  }

  static ofFile(file: OpenFile, offset: number): InputStream {
    let position = offset;
    file.hold();
    return new InputStream({
      ready: () => true,
      take(length) {
        if (length === 0) return new Uint8Array();
        const bytes = new Uint8Array(length);
        const read = file.readAt(bytes, position);
        position += read;
        return read === 0 ? undefined : read === length ? bytes : bytes.subarray(0, read);
      },
      close: () => file.close(),
    });
  }

  /** Bytes from the network. */
  static ofNetwork(incoming: IncomingBytes): InputStream {
    return new InputStream({
      ready: () => incoming.ready,
      take: (length) => (incoming.ended ? undefined : incoming.take(length)),
    });
  }

  /** @throws ErrorCase of a `stream-error` */
  read(length: bigint): Uint8Array {
    const most = length < BigInt(mostRead) ? Number(length) : mostRead;
    let taken: Uint8Array | undefined;
    try {
      taken = this.#source.take(most);
    } catch (thrown) {
      const failure = systemFailure(thrown);
      throw failure === undefined ? thrown : streamFailed(failure);
    }
    if (taken === undefined) throw closed();
    return taken;
  }

  blockingRead(context: Context, length: bigint): Uint8Array {
    poll(context, [this.subscribe()]);
    return this.read(length);
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#source.ready());
  }

  close(): void {
    this.#source.close?.();
  }
}
