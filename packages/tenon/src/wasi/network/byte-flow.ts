import { Failure, type FailureName } from "../model/failure.js";
import { type Command, type Field, windowBytes } from "./protocol.js";

/** Sends commands to the other side of a flow. */
export interface CommandSink {
  post(command: Command): void;
  /** Sends commands that were held back to be sent together, if the sink does that. */
  flush?(): void;
}

/** Bytes from the network: those that have arrived and were not taken yet. */
export class IncomingBytes {
  readonly #sink: CommandSink;
  readonly #id: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #window: number;
  #available = 0;
  #consumed = 0;
  #ended = false;
  #failure: FailureName | undefined;
  /** The trailers of an HTTP message. */
  trailers: readonly Field[] = [];

  constructor(sink: CommandSink, id: number, window = windowBytes) {
    this.#sink = sink;
    this.#id = id;
    this.#window = window;
  }

  get available(): number {
    return this.#available;
  }

  /** Whether everything was taken, and nothing more will arrive. */
  get ended(): boolean {
    return this.#ended && this.#available === 0;
  }

  /** Whether `take` would return bytes, the end or a failure without waiting. */
  get ready(): boolean {
    return this.#available > 0 || this.#ended || this.#failure !== undefined;
  }

  /** Takes at most `length` bytes; none at the end, or if nothing has arrived. @throws Failure that ended it */
  take(length: number): Uint8Array {
    if (this.#available === 0 && this.#failure !== undefined) throw new Failure(this.#failure);
    const first = this.#chunks[0];
    if (first === undefined || length === 0) return new Uint8Array();
    const taken = first.length <= length ? first : first.subarray(0, length);
    if (taken === first) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#available -= taken.length;
    this.#consumed += taken.length;
    if (this.#consumed >= this.#window / 4) {
      this.#sink.post({ do: "consumed", id: this.#id, bytes: this.#consumed });
      this.#consumed = 0;
    }
    return taken;
  }

  /** Returns the bytes that the next `take` will return, without taking them. */
  peek(length: number): Uint8Array {
    return this.#chunks[0]?.subarray(0, length) ?? this.take(0);
  }

  arrived(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#available += bytes.length;
  }

  end(trailers: readonly Field[] = []): void {
    this.trailers = trailers;
    this.#ended = true;
  }

  fail(reason: FailureName): void {
    if (!this.#ended) this.#failure ??= reason;
  }
}

/** Bytes to the network. At most one window of them is in flight. */
export class OutgoingBytes {
  readonly #sink: CommandSink;
  readonly #id: number;
  readonly #isLocal: boolean;
  readonly #window: number;
  #pending = 0;
  #ended = false;
  #failure: FailureName | undefined;

  /** @param isLocal whether the receiver is in this process, so that what was sent has arrived. */
  constructor(sink: CommandSink, id: number, isLocal = false, window = windowBytes) {
    this.#sink = sink;
    this.#id = id;
    this.#isLocal = isLocal;
    this.#window = window;
  }

  /** How many bytes may be written now. */
  get room(): number {
    return Math.max(0, this.#window - this.#pending);
  }

  /** Whether `write` would succeed or fail without waiting. */
  get ready(): boolean {
    return this.room > 0 || this.closed;
  }

  /** Whether nothing more can be written. */
  get closed(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  /** Whether everything was handed to the system. */
  get flushed(): boolean {
    return this.#isLocal || this.#pending === 0;
  }

  /**
   * Takes as many bytes as there is room for. The caller must not change them afterwards.
   *
   * @returns how many. @throws Failure that ended it; `pipe`
   */
  write(bytes: Uint8Array): number {
    this.check();
    const taken = Math.min(bytes.length, this.room);
    if (taken === 0) return 0;
    this.#pending += taken;
    // A view of something larger is copied, because the whole buffer would be sent.
    const whole = taken === bytes.length && bytes.byteLength === bytes.buffer.byteLength;
    const sent = whole ? bytes : new Uint8Array(bytes.subarray(0, taken));
    this.#sink.post({ do: "write", id: this.#id, bytes: sent });
    return taken;
  }

  /** Sends what was held back. */
  flush(): void {
    this.#sink.flush?.();
  }

  /** @throws Failure that ended it; `pipe` after `end` */
  check(): void {
    if (this.#failure !== undefined) throw new Failure(this.#failure);
    if (this.#ended) throw new Failure("pipe");
  }

  end(trailers: readonly Field[] = []): void {
    if (this.closed) return;
    this.#ended = true;
    this.#sink.post({ do: "end", id: this.#id, trailers });
    this.flush();
  }

  written(bytes: number): void {
    this.#pending -= bytes;
  }

  fail(reason: FailureName): void {
    this.#failure ??= reason;
    this.#pending = 0;
  }
}
