import { compileMeasure, type FutureType, type StreamType, type Type } from "../contract/core.js";
import { futureBroken, valueTooLarge } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import {
  compileDecoder,
  compileEncoder,
  type Decoder,
  type Encoder,
  noReferences,
  type Reader,
  TooLarge,
  Unreadable,
} from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { kind, overheadBytes } from "./envelope.js";
import { coded, faultFromText, faultText } from "./fault.js";
import { hasReferences } from "./has-references.js";
import { IncomingStream, windowBytes } from "./incoming-stream.js";
import type { Link } from "./link.js";
import { chunkBytes, OutgoingStream } from "./outgoing-stream.js";

/** How the elements of a stream, or the value of a future, are written and read. */
interface Codec {
  readonly type: Type | undefined;
  readonly encode: Encoder | undefined;
  readonly decode: Decoder | undefined;
  readonly hasReferences: boolean;
}

interface Outgoing {
  readonly codec: Codec;
  readonly stream: OutgoingStream | undefined;
}

interface IncomingFuture {
  readonly codec: Codec;
  cancelled: boolean;
  resolve(value: unknown): void;
  reject(error: TenonError): void;
}

const windowItems = 32;
const windowChunks = windowBytes / chunkBytes;
/** The most that a chunk has in addition: its length. */
const chunkHeadBytes = 8;
const bytesType: Type = { kind: "list", element: { kind: "u8" } };

/** The streams and futures of a connection, in both directions. Each side numbers those that it sends. */
export class Streams {
  readonly #link: Link;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #incoming = new Map<number, { readonly codec: Codec; readonly stream: IncomingStream }>();
  readonly #futures = new Map<number, IncomingFuture>();
  #last = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  openOutgoing(type: StreamType, source: AsyncIterable<unknown>): number {
    const id = ++this.#last;
    const bytes = type.element?.kind === "u8";
    const stream = new OutgoingStream(id, source, bytes, {
      room: () => this.#room(),
      item: (stream, value) => this.#send(kind.item, stream, codec, value, "stream element"),
      end: (stream) => {
        this.#outgoing.delete(stream);
        this.#number(kind.end, stream);
      },
      break: (stream, thrown) => {
        this.#outgoing.delete(stream);
        this.#fault(kind.break, stream, coded(thrown, this.#link.threw, "the stream's source threw"));
      },
    });
    const codec = codecOf(bytes ? bytesType : type.element);
    this.#outgoing.set(id, { codec, stream });
    return id;
  }

  openOutgoingFuture(type: FutureType, source: PromiseLike<unknown>): number {
    const id = ++this.#last;
    const codec = codecOf(type.value);
    this.#outgoing.set(id, { codec, stream: undefined });
    const failed = (thrown: unknown) => {
      if (this.#outgoing.delete(id))
        this.#fault(kind.reject, id, coded(thrown, this.#link.threw, "the future's source threw"));
    };
    source.then(async (value) => {
      await this.#room();
      if (!this.#outgoing.has(id) || this.#link.closed !== undefined) return;
      try {
        this.#send(kind.settle, id, codec, value, "future value");
        this.#outgoing.delete(id);
      } catch (thrown) {
        failed(thrown);
      }
    }, failed);
    return id;
  }

  /** Forgets a stream or future whose message was not sent after all. */
  discardOutgoing(id: number): void {
    const outgoing = this.#outgoing.get(id);
    this.#outgoing.delete(id);
    outgoing?.stream?.discard();
  }

  openIncoming(type: StreamType, id: number): IncomingStream {
    this.#expectNew(id);
    const bytes = type.element?.kind === "u8";
    const window = bytes ? windowChunks : windowItems;
    const isVariable = !bytes && type.element !== undefined && compileMeasure(type.element) !== undefined;
    const stream = new IncomingStream(id, window, isVariable, {
      pull: (stream, count) => {
        if (this.#link.closed !== undefined) return;
        const writer = this.#link.outbox.begin(kind.pull, Number.POSITIVE_INFINITY);
        writer.varint(stream);
        writer.varint(count);
        this.#link.outbox.commit();
      },
      stop: (stream) => this.#number(kind.stop, stream),
      hold: (active) => this.#link.hold(active),
    });
    this.#incoming.set(id, { codec: codecOf(bytes ? bytesType : type.element), stream });
    return stream;
  }

  openIncomingFuture(type: FutureType, id: number): { readonly promise: Promise<unknown>; cancel(): void } {
    this.#expectNew(id);
    let future: IncomingFuture | undefined;
    const promise = new Promise<unknown>((resolve, reject) => {
      future = { codec: codecOf(type.value), cancelled: false, resolve, reject };
      this.#futures.set(id, future);
    });
    // Code that awaits it still sees the rejection. A future that is never read must not crash the program.
    promise.catch(() => {});
    this.#link.hold(true);
    return {
      promise,
      cancel: () => {
        if (future !== undefined) future.cancelled = true;
      },
    };
  }

  /** Acts on a message about a stream or future. Returns false if it is about neither. */
  message(what: number, reader: Reader): boolean {
    switch (what) {
      case kind.pull: {
        const outgoing = this.#outgoing.get(reader.varint());
        const count = reader.varint();
        // A stream that has just ended is no longer in the table: its end is on the way.
        outgoing?.stream?.pull(count);
        return true;
      }
      case kind.stop:
        this.#outgoing.get(reader.varint())?.stream?.stop();
        return true;
      case kind.item:
        this.#item(reader);
        return true;
      case kind.end:
        this.#take(reader).finish();
        return true;
      case kind.break:
        this.#take(reader).finish(faultFromText(reader.text(), "TENON_STREAM_BROKEN"));
        return true;
      case kind.settle:
        this.#settled(reader);
        return true;
      case kind.reject: {
        const future = this.#takeFuture(reader);
        future.reject(broken(faultFromText(reader.text(), "TENON_STREAM_BROKEN")));
        return true;
      }
      default:
        return false;
    }
  }

  close(reason: TenonError): void {
    for (const { stream } of this.#outgoing.values()) stream?.close();
    this.#outgoing.clear();
    for (const { stream } of this.#incoming.values()) stream.finish(reason);
    this.#incoming.clear();
    for (const future of this.#futures.values()) {
      this.#link.hold(false);
      future.reject(broken(reason));
    }
    this.#futures.clear();
  }

  #item(reader: Reader): void {
    const found = this.#incoming.get(reader.varint());
    if (found === undefined) throw new Unreadable("an element is for an unknown stream");
    const { codec, stream } = found;
    const exchange = codec.hasReferences ? this.#link.exchange() : undefined;
    const framed = reader.left;
    const value = codec.decode?.(reader, exchange ?? noReferences);
    const size = framed + reader.blobBytes;
    if (codec.type === bytesType && size > chunkBytes + chunkHeadBytes)
      throw new Unreadable(`a chunk of a stream has more than ${chunkBytes} bytes`);
    if (exchange?.failure !== undefined) {
      exchange.refuse();
      stream.fail(exchange.failure);
      return;
    }
    stream.push(value, size, exchange && (() => exchange.refuse()));
  }

  #settled(reader: Reader): void {
    const id = reader.varint();
    const future = this.#futures.get(id);
    if (future === undefined) throw new Unreadable("a value is for an unknown future");
    const exchange = future.codec.hasReferences ? this.#link.exchange() : undefined;
    const value = future.codec.decode?.(reader, exchange ?? noReferences);
    this.#futures.delete(id);
    this.#link.hold(false);
    if (future.cancelled || exchange?.failure !== undefined) exchange?.refuse();
    if (exchange?.failure !== undefined) future.reject(broken(exchange.failure));
    else future.resolve(value);
  }

  #take(reader: Reader): IncomingStream {
    const id = reader.varint();
    const found = this.#incoming.get(id);
    if (found === undefined) throw new Unreadable("an end is for an unknown stream");
    this.#incoming.delete(id);
    return found.stream;
  }

  #takeFuture(reader: Reader): IncomingFuture {
    const id = reader.varint();
    const future = this.#futures.get(id);
    if (future === undefined) throw new Unreadable("a rejection is for an unknown future");
    this.#futures.delete(id);
    this.#link.hold(false);
    return future;
  }

  #expectNew(id: number): void {
    if (this.#incoming.has(id) || this.#futures.has(id))
      throw new Unreadable("a stream has the same number as another one");
  }

  #send(what: number, id: number, codec: Codec, value: unknown, where: string): void {
    if (this.#link.closed !== undefined) return;
    const { outbox } = this.#link;
    const limit = this.#link.bytes;
    const exchange = codec.hasReferences ? this.#link.exchange() : undefined;
    const writer = outbox.begin(what, limit + overheadBytes);
    try {
      writer.varint(id);
      const start = writer.size;
      codec.encode?.(writer, value, exchange ?? noReferences);
      if (writer.size - start > limit && codec.type !== bytesType) throw new TooLarge();
      outbox.commit();
    } catch (thrown) {
      outbox.abandon();
      exchange?.takeBack();
      throw encodingError(thrown, where, codec.type, value, () => valueTooLarge(where, limit));
    }
  }

  #room(): Promise<void> | undefined {
    const { room } = this.#link;
    return room.full ? new Promise<void>((run) => room.enter({ run })) : undefined;
  }

  #number(what: number, id: number): void {
    if (this.#link.closed !== undefined) return;
    this.#link.sendNumber(what, id);
  }

  #fault(what: number, id: number, error: TenonError): void {
    if (this.#link.closed !== undefined) return;
    const writer = this.#link.outbox.begin(what, Number.POSITIVE_INFINITY);
    writer.varint(id);
    writer.text(faultText(error));
    this.#link.outbox.commit();
  }
}

function codecOf(type: Type | undefined): Codec {
  return {
    type,
    encode: type && compileEncoder(type),
    decode: type && compileDecoder(type),
    hasReferences: hasReferences(type),
  };
}

function broken(cause: TenonError): TenonError {
  if (cause.code === "TENON_STREAM_BROKEN") return cause;
  return futureBroken(cause);
}
