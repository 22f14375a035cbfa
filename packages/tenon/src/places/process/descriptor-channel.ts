import { readSync, writeSync, writevSync } from "node:fs";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { TenonError } from "../../errors/index.js";
import type { BlockingChannel, Channel, ChannelFlow, ChannelHandlers } from "../../rpc/index.js";
import { FrameReader, FrameWriter } from "./framing.js";

const readBytes = 64 * 1024;
// The host is trusted, and checks the size of what it sends.
const limit = 0xffff_ffff;
// A host that reads makes room immediately: try again in the next turns, and only then at longer intervals.
const promptRetries = 100;
const retryMilliseconds = 1;
// A large message fills the pipe many times: a nap of about the time in which the host empties it is shorter than a turn of
// the event loop under load, and leaves the host the processor. A host that reads nothing during all naps gets no more.
const largeBytes = 128 * 1024;
const napMilliseconds = 0.05;
const mostNaps = 20;
// Pieces of one write.
const mostPieces = 64;
// How long to poll for an answer before sleeping between polls: about one round trip.
const spinMilliseconds = 0.1;
const shortestSleep = 0.05;
const longestSleep = 2;

/**
 * The plugin's end of a {@link StreamChannel}. It uses a file descriptor, so that the plugin can also block until the host
 * has answered.
 *
 * The event loop reports when there is something to read. Writes are direct system calls; what the pipe does not accept
 * is tried again. Node cannot wait for a descriptor, so blocking means polling with growing sleeps of at most two
 * milliseconds.
 */
export class DescriptorChannel implements Channel, ChannelFlow {
  readonly #descriptor: number;
  readonly #socket: Socket;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  readonly blocking: BlockingChannel | undefined;
  #backlog: Uint8Array[] = [];
  #retrying = false;
  #failures = 0;
  #handlers: ChannelHandlers | undefined;
  #delivered = 0;
  #waits = 0;
  #closed = false;
  #drained: (() => void) | undefined;
  #below: { readonly bytes: number; readonly ready: () => void }[] = [];
  outstanding = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#reader = new FrameReader(limit, (frame, blobs) => {
      this.#delivered++;
      if (!this.#closed) this.#handlers?.frame(frame, blobs);
    });
    // On Windows, a read that finds nothing would block forever.
    if (process.platform !== "win32") {
      // While this side blocks, no turn of its event loop ends, so its answers must be sent immediately.
      this.blocking = {
        awaited: () => this.#waits > 0,
        announce() {},
        wait: (milliseconds) => this.#wait(milliseconds),
      };
    }
    const onread: OnReadOpts = {
      buffer: new Uint8Array(readBytes),
      callback: (length, buffer) => {
        this.#receive(buffer.subarray(0, length));
        return true;
      },
    };
    const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd: descriptor, onread };
    this.#socket = new Socket(options);
    this.#socket.on("error", () => this.#end(undefined));
    this.#socket.on("end", () => this.#end(undefined));
    this.#socket.on("close", () => this.#end(undefined));
  }

  /** Must be called in the same turn as the constructor, so that nothing is read before. */
  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
  }

  send(frame: Uint8Array, blobs: readonly Uint8Array[] = []): void {
    if (this.#closed) return;
    const pieces = blobs.length === 0 ? [this.#writer.encode(frame)] : this.#writer.pieces(frame, blobs);
    for (const piece of pieces) {
      this.#backlog.push(piece);
      this.outstanding += piece.length;
    }
    if (!this.#retrying) this.#write();
  }

  get flow(): ChannelFlow {
    return this;
  }

  whenBelow(bytes: number, ready: () => void): void {
    this.#below.push({ bytes, ready });
    if (this.outstanding <= bytes) setImmediate(() => this.#notify());
  }

  /** Does nothing: the plugin's side reads whatever the host sends. */
  pause(): void {}

  #notify(): void {
    if (this.#below.length === 0) return;
    for (const waiting of this.#below.splice(0)) {
      if (this.outstanding <= waiting.bytes) waiting.ready();
      else this.#below.push(waiting);
    }
  }

  close(): void {
    this.#end(undefined);
  }

  /** Calls `done` once everything that was sent is written, or cannot be written any more. */
  drain(done: () => void): void {
    if (this.#backlog.length === 0) done();
    else this.#drained = done;
  }

  #write(): void {
    let naps = 0;
    try {
      while (this.#backlog.length > 0) {
        if (this.#writeSome()) naps = 0;
        else if (this.outstanding >= largeBytes && naps++ < mostNaps) Atomics.wait(sleeper, 0, 0, napMilliseconds);
        else {
          this.#writeLater();
          break;
        }
      }
    } catch {
      // The host is gone, or has closed its end.
      this.#backlog.length = 0;
      this.outstanding = 0;
      this.#end(undefined);
    }
    this.#notify();
    if (this.#backlog.length === 0) this.#drained?.();
  }

  /** Writes what the pipe accepts now. Returns false if that is nothing. */
  #writeSome(): boolean {
    const backlog = this.#backlog;
    let written: number;
    try {
      written =
        backlog.length === 1
          ? writeSync(this.#descriptor, backlog[0]!)
          : writevSync(this.#descriptor, backlog.slice(0, mostPieces));
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
    this.#failures = 0;
    this.outstanding -= written;
    while (backlog.length > 0 && written >= backlog[0]!.length) written -= backlog.shift()!.length;
    if (written > 0) backlog[0] = backlog[0]!.subarray(written);
    return true;
  }

  #writeLater(): void {
    if (this.#retrying) return;
    this.#retrying = true;
    const again = () => {
      this.#retrying = false;
      this.#write();
    };
    if (++this.#failures <= promptRetries) setImmediate(again);
    else setTimeout(again, retryMilliseconds);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#end(error as TenonError);
    }
  }

  #wait(milliseconds: number): boolean {
    if (this.#reader.next()) return true;
    this.#waits++;
    try {
      return this.#look(milliseconds, this.#delivered);
    } finally {
      this.#waits--;
    }
  }

  /** Polls for a frame. A frame's reader may wait too, so each wait reads into its own buffer. */
  #look(milliseconds: number, before: number): boolean {
    const buffer = new Uint8Array(readBytes);
    const began = performance.now();
    let sleep = shortestSleep;
    while (!this.#closed) {
      if (this.#backlog.length > 0) this.#write();
      const length = this.#readNow(buffer);
      if (length === 0) return false;
      if (length !== undefined) {
        this.#receive(buffer.subarray(0, length));
        if (this.#delivered > before) return true;
        continue;
      }
      const waited = performance.now() - began;
      if (waited >= milliseconds) return false;
      if (waited < spinMilliseconds) continue;
      Atomics.wait(sleeper, 0, 0, Math.min(sleep, milliseconds - waited));
      sleep = Math.min(longestSleep, sleep * 1.5);
    }
    return false;
  }

  /** Returns the number of bytes read, 0 at the end of the stream, or `undefined` if there is nothing to read now. */
  #readNow(buffer: Uint8Array): number | undefined {
    try {
      return readSync(this.#descriptor, buffer);
    } catch (error) {
      return isBusy(error) ? undefined : 0;
    }
  }

  #end(error: TenonError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers?.closed(error);
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function isBusy(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EAGAIN" || code === "EINTR";
}
