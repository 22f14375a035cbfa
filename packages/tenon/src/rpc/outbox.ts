import { TooLarge, Writer } from "./codec/index.js";
import { batchBytes, headBytes } from "./envelope.js";

export { TooLarge };

/**
 * Collects the messages of one turn of the event loop into one frame.
 *
 * A message is written between {@link begin} and {@link commit}, or {@link abandon}. Encoding a value can run foreign
 * code (a getter) that sends messages itself: those are written separately, and follow the message that is being written.
 */
export class Outbox {
  readonly #send: (frame: Uint8Array) => void;
  #writer = new Writer();
  #start = -1;
  #outer: { readonly writer: Writer; readonly start: number }[] = [];
  #later: Uint8Array[] = [];
  #scheduled = false;
  readonly #turnEnded: () => void;

  constructor(send: (frame: Uint8Array) => void) {
    this.#send = send;
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
      this.#outer.push({ writer: this.#writer, start: this.#start });
      this.#writer = new Writer();
    }
    const writer = this.#writer;
    this.#start = writer.length;
    writer.ceiling = writer.length + headBytes + limit;
    writer.reserve(headBytes);
    writer.byte(kind);
    return writer;
  }

  /** Ends the message, to be sent. @throws TooLarge, after which the message must be abandoned. */
  commit(): void {
    const writer = this.#writer;
    writer.check();
    writer.bytes.writeUInt32LE(writer.length - this.#start - headBytes, this.#start);
    this.#close(true);
  }

  /** Discards the message that was begun. */
  abandon(): void {
    this.#writer.length = this.#start;
    this.#close(false);
  }

  /** Puts a message before those collected in this turn: the other side reads it first. Not while one is being written. */
  prepend(kind: number, write: (writer: Writer) => void): void {
    const collected = this.#writer;
    this.#writer = new Writer();
    write(this.begin(kind, Number.POSITIVE_INFINITY));
    this.commit();
    const rest = collected.view();
    if (rest.byteLength > 0) this.#writer.raw(rest);
  }

  /** Sends what was collected, now. */
  flush(): void {
    if (this.#start >= 0 || this.#writer.length === 0) return;
    const writer = this.#writer;
    this.#send(writer.view());
    writer.clear();
  }

  #close(sent: boolean): void {
    const outer = this.#outer.pop();
    if (outer !== undefined) {
      if (sent) this.#later.push(this.#writer.view());
      this.#writer = outer.writer;
      this.#start = outer.start;
      return;
    }
    this.#start = -1;
    const writer = this.#writer;
    writer.ceiling = Number.POSITIVE_INFINITY;
    if (this.#later.length > 0) {
      for (const message of this.#later.splice(0)) writer.raw(message);
    }
    if (writer.length >= batchBytes) this.flush();
    else if (!this.#scheduled && writer.length > 0) {
      this.#scheduled = true;
      // Runs after the current code and every promise that it settles, so calls made together are sent together.
      process.nextTick(this.#turnEnded);
    }
  }
}
