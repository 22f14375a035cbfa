import { noBlobs, TooLarge, Writer } from "./codec/index.js";
import { batchBytes, headBytes } from "./envelope.js";

export { TooLarge };

/**
 * Collects the messages of one turn of the event loop into one frame.
 *
 * A message is written between {@link begin} and {@link commit}, or {@link abandon}. Encoding a value can run foreign
 * code (a getter) that sends messages itself: those are written separately, and follow the message that is being written.
 */
export class Outbox {
  readonly #send: (frame: Uint8Array, blobs: readonly Uint8Array[]) => void;
  readonly #detaches: boolean;
  #writer = new Writer();
  #start = -1;
  #firstBlob = 0;
  #outer: { readonly writer: Writer; readonly start: number; readonly firstBlob: number }[] = [];
  #later: Writer[] = [];
  #scheduled = false;
  readonly #turnEnded: () => void;

  /** @param detaches whether `send` takes the memory of blobs from whoever gave them up. */
  constructor(send: (frame: Uint8Array, blobs: readonly Uint8Array[]) => void, detaches = false) {
    this.#send = send;
    this.#detaches = detaches;
    this.#turnEnded = () => {
      this.#scheduled = false;
      this.flush();
    };
  }

  /** Whether a message is being written right now. */
  get writing(): boolean {
    return this.#start >= 0;
  }

  /** Begins a message of at most `limit` bytes. */
  begin(kind: number, limit: number): Writer {
    if (this.#start >= 0) {
      this.#outer.push({ writer: this.#writer, start: this.#start, firstBlob: this.#firstBlob });
      this.#writer = new Writer();
    }
    const writer = this.#writer;
    this.#start = writer.length;
    this.#firstBlob = writer.blobs.length;
    writer.ceiling = writer.size + headBytes + limit;
    writer.reserve(headBytes);
    writer.byte(kind);
    return writer;
  }

  /** Ends the message, to be sent. @throws TooLarge, after which the message must be abandoned. */
  commit(): void {
    const writer = this.#writer;
    writer.check();
    writer.take(this.#detaches);
    writer.bytes.writeUInt32LE(writer.length - this.#start - headBytes, this.#start);
    this.#close(true);
  }

  /** Discards the message that was begun. */
  abandon(): void {
    this.#writer.rewind(this.#start, this.#firstBlob);
    this.#close(false);
  }

  /** Puts a message before those collected in this turn: the other side reads it first. Not while one is being written. */
  prepend(kind: number, write: (writer: Writer) => void): void {
    const collected = this.#writer;
    this.#writer = new Writer();
    write(this.begin(kind, Number.POSITIVE_INFINITY));
    this.commit();
    if (collected.length > 0) this.#writer.append(collected.view(), collected.blobs);
  }

  /** Sends what was collected, now. */
  flush(): void {
    if (this.#start >= 0 || this.#writer.length === 0) return;
    const writer = this.#writer;
    // The channel may keep the blobs, so the writer's array must not be used again.
    this.#send(writer.view(), writer.blobs.length === 0 ? noBlobs : writer.blobs);
    writer.clear();
  }

  #close(sent: boolean): void {
    const outer = this.#outer.pop();
    if (outer !== undefined) {
      if (sent) this.#later.push(this.#writer);
      this.#writer = outer.writer;
      this.#start = outer.start;
      this.#firstBlob = outer.firstBlob;
      return;
    }
    this.#start = -1;
    const writer = this.#writer;
    writer.ceiling = Number.POSITIVE_INFINITY;
    if (this.#later.length > 0) {
      for (const { bytes, length, blobs } of this.#later.splice(0)) writer.append(bytes.subarray(0, length), blobs);
    }
    if (writer.size >= batchBytes) this.flush();
    else if (!this.#scheduled && writer.length > 0) {
      this.#scheduled = true;
      // Runs after the current code and every promise that it settles, so calls made together are sent together.
      process.nextTick(this.#turnEnded);
    }
  }
}
