import { Failure, type FailureName } from "../failure.js";
import { type Command, type Field, windowBytes } from "./protocol.js";

/** Where what is asked of the other side of a flow goes. */
export interface CommandSink {
  post(command: Command): void;
}

/** Bytes that come from the network: what has arrived and was not taken yet. */
export class Incoming {
  readonly #sink: CommandSink;
  readonly #id: number;
  readonly #chunks: Uint8Array[] = [];
  #available = 0;
  #consumed = 0;
  #ended = false;
  #failure: FailureName | undefined;
  /** What followed the bytes of an HTTP message. */
  trailers: readonly Field[] = [];

  constructor(sink: CommandSink, id: number) {
    this.#sink = sink;
    this.#id = id;
  }

  get available(): number {
    return this.#available;
  }

  /** Whether nothing more will come, and everything was taken. */
  get ended(): boolean {
    return this.#ended && this.#available === 0;
  }

  /** Whether taking would not wait: bytes, the end or a failure. */
  get ready(): boolean {
    return this.#available > 0 || this.#ended || this.#failure !== undefined;
  }

  /** At most `length` bytes; none at the end, or where nothing is there yet. @throws Failure that ended it */
  take(length: number): Uint8Array {
    if (this.#available === 0 && this.#failure !== undefined) throw new Failure(this.#failure);
    const first = this.#chunks[0];
    if (first === undefined || length === 0) return new Uint8Array();
    const taken = first.length <= length ? first : first.subarray(0, length);
    if (taken === first) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#available -= taken.length;
    this.#consumed += taken.length;
    if (this.#consumed >= windowBytes / 4) {
      this.#sink.post({ do: "consumed", id: this.#id, bytes: this.#consumed });
      this.#consumed = 0;
    }
    return taken;
  }

  /** The same bytes as the next `take` gives, which stay. */
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

/** Bytes that go to the network: at most a window of them on their way. */
export class Outgoing {
  readonly #sink: CommandSink;
  readonly #id: number;
  #pending = 0;
  #ended = false;
  #failure: FailureName | undefined;

  constructor(sink: CommandSink, id: number) {
    this.#sink = sink;
    this.#id = id;
  }

  /** Bytes that may be written now. */
  get room(): number {
    return Math.max(0, windowBytes - this.#pending);
  }

  /** Whether writing would not wait. */
  get ready(): boolean {
    return this.room > 0 || this.closed;
  }

  /** Whether nothing can be written any more. */
  get closed(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  /** Whether everything has gone to the system. */
  get flushed(): boolean {
    return this.#pending === 0;
  }

  /** Takes as much as there is room for, and copies it. @returns Bytes taken. @throws Failure that ended it; `pipe` */
  write(bytes: Uint8Array): number {
    this.check();
    const taken = Math.min(bytes.length, this.room);
    if (taken === 0) return 0;
    this.#pending += taken;
    this.#sink.post({ do: "write", id: this.#id, bytes: new Uint8Array(bytes.subarray(0, taken)) });
    return taken;
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
  }

  written(bytes: number): void {
    this.#pending -= bytes;
  }

  fail(reason: FailureName): void {
    this.#failure ??= reason;
    this.#pending = 0;
  }
}
