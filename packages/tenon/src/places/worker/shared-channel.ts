import { Buffer } from "node:buffer";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { BlockingChannel, Channel, ChannelFlow, ChannelHandlers } from "../../rpc/index.js";
import { Lingering, type LingeringChannel } from "./lingering.js";
import { Polling } from "./polling.js";
import { Ring } from "./ring.js";

/** Bytes of the queue in each direction; larger frames go over the port. A power of two. */
const ringBytes = 32 * 1024;
/** Longer frames go over the port, unless the other side is blocked. */
const shortFrame = 4 * 1024;

/** The words that describe a direction, and where each one is. */
const wordsPerDirection = 8;
const word = { head: 0, tail: 1, waiting: 2, signal: 3, posted: 4, closed: 5, taken: 6, asked: 7 } as const;
const headerBytes = 2 * wordsPerDirection * 4;

/** The values of `waiting`: the state of the thread that reads a direction. */
const awake = 0;
const spinning = 1;
const asleep = 2;

/** How many frames it takes from the memory in a row: more than fit at once. */
const longestDrain = ringBytes / 8;
/** How often a waiting thread checks that the other one is still running, in milliseconds. */
const aliveMilliseconds = 50;

/** The memory that the two ends of a {@link SharedChannel} share. */
export function createSharedMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + 2 * ringBytes);
}

export interface SharedChannelOptions {
  readonly port: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly side: "host" | "plugin";
  /** Returns whether the thread at the other end still runs; called while this one is blocked. */
  alive?(): boolean;
}

/** One direction of the connection, as one of the two threads sees it. */
interface Direction {
  readonly ring: Ring;
  /** Index of the direction's first word. */
  readonly base: number;
}

/**
 * A channel between two threads that uses two paths: a message port, which wakes a thread that is in its event loop, and
 * shared memory, which wakes a thread that is blocked in {@link wait}. A frame in shared memory records how many frames
 * were posted before it, so that the two paths together keep one order.
 */
export class SharedChannel implements Channel, BlockingChannel, ChannelFlow, LingeringChannel {
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  readonly #out: Direction;
  readonly #in: Direction;
  readonly #alive: (() => boolean) | undefined;
  /** Only on the plugin's side: the host has other things to do. */
  readonly #lingering: Lingering | undefined;
  #handlers: ChannelHandlers | undefined;
  #posted = 0;
  #received = 0;
  /** Bytes that were posted, modulo 2³². */
  #sent = 0;
  #below: { readonly bytes: number; readonly ready: () => void }[] = [];
  #paused = false;
  /** Messages of the port that arrived while delivery was paused. */
  #held: unknown[] = [];
  /** Whether the event loop will look for frames soon. */
  #looks = false;
  readonly #polling = new Polling();
  #closed = false;

  constructor(options: SharedChannelOptions) {
    this.#port = options.port;
    this.#alive = options.alive;
    this.#lingering = options.side === "plugin" ? new Lingering(this) : undefined;
    this.#words = new Int32Array(options.memory, 0, headerBytes / 4);
    const direction = (index: number): Direction => {
      const base = index * wordsPerDirection;
      const ring = new Ring(
        options.memory,
        headerBytes + index * ringBytes,
        ringBytes,
        this.#words,
        base + word.head,
        base + word.tail,
      );
      return { ring, base };
    };
    const own = options.side === "host" ? 0 : 1;
    this.#out = direction(own);
    this.#in = direction(1 - own);
  }

  readonly detaches = true;

  get blocking(): BlockingChannel {
    return this;
  }

  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    const lingering = this.#lingering;
    const arrived = (message: unknown) => this.#arrived(message);
    this.#port.on(
      "message",
      lingering === undefined ? arrived : (message: unknown) => lingering.serve(() => arrived(message)),
    );
    this.#port.on("messageerror", () => this.#end());
    // A thread that was terminated said no goodbye, but what it wrote before is still there.
    this.#port.on("close", () => this.#arrived(goodbye));
  }

  send(frame: Uint8Array, blobs: readonly Uint8Array[] = []): void {
    if (this.#closed) return;
    const { ring, base } = this.#out;
    const words = this.#words;
    const waits = Atomics.load(words, base + word.waiting) !== awake;
    if (blobs.length === 0 && (waits || frame.byteLength <= shortFrame)) {
      const written = ring.write(frame, this.#posted);
      if (written !== "full") {
        this.#lingering?.wrote(waits);
        this.#signal();
        // If the other side does not wait, or no longer does, its event loop must look at the memory. A number is the
        // message that costs least, and one is enough for all frames that are there when it arrives.
        if (Atomics.load(words, base + word.waiting) === awake && (waits ? !ring.empty : written === "first"))
          this.#port.postMessage(look);
        return;
      }
    }
    if (blobs.length === 0) this.#post(new Uint8Array(frame), blobs);
    else this.#post(frame.byteLength <= shortFrame ? asText(frame) : new Uint8Array(frame), blobs);
  }

  close(): void {
    if (this.#closed) return;
    this.#port.postMessage(goodbye);
    Atomics.store(this.#words, this.#out.base + word.closed, 1);
    this.#signal();
    this.#end();
  }

  /** Delivers what the other thread had sent before it ended. */
  takeRest(): void {
    while (!this.#closed && this.#take());
  }

  get flow(): ChannelFlow {
    return this;
  }

  /** What was posted and not taken. What is in shared memory is not counted: it is small. */
  get outstanding(): number {
    return (this.#sent - Atomics.load(this.#words, this.#out.base + word.taken)) >>> 0;
  }

  whenBelow(bytes: number, ready: () => void): void {
    this.#below.push({ bytes, ready });
    Atomics.store(this.#words, this.#out.base + word.asked, 1);
    if (this.outstanding <= bytes) setImmediate(() => this.#notify());
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused || this.#closed) return;
    while (!this.#paused && this.#held.length > 0) this.#handle(this.#held.shift());
    if (!this.#paused) this.#drain();
  }

  /** The other side has taken something, or has nothing left to take. */
  #notify(): void {
    for (const waiting of this.#below.splice(0)) {
      if (this.outstanding <= waiting.bytes) waiting.ready();
      else this.whenBelow(waiting.bytes, waiting.ready);
    }
  }

  awaited(): boolean {
    return Atomics.load(this.#words, this.#out.base + word.waiting) !== awake;
  }

  announce(): void {
    Atomics.store(this.#words, this.#in.base + word.waiting, spinning);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get delivers(): boolean {
    return !this.#closed && !this.#paused;
  }

  wait(milliseconds: number): boolean {
    const words = this.#words;
    const waiting = this.#in.base + word.waiting;
    const signal = this.#in.base + word.signal;
    const closed = this.#in.base + word.closed;
    Atomics.store(words, waiting, spinning);
    if (this.#polling.until(this.isReady) && this.#take()) return this.#returns();
    let until: number | undefined;
    while (!this.#closed) {
      const seen = Atomics.load(words, signal);
      Atomics.store(words, waiting, asleep);
      if (this.#ready()) {
        if (this.#take()) return this.#returns();
        continue;
      }
      const now = performance.now();
      until ??= now + milliseconds;
      const left = until - now;
      if (left <= 0 || Atomics.load(words, closed) === 1) break;
      Atomics.wait(words, signal, seen, Math.min(left, this.#alive === undefined ? left : aliveMilliseconds));
      if (!this.#ready() && this.#alive?.() === false) break;
    }
    // A frame that came after the last check is taken now, or announced by the port.
    Atomics.store(words, waiting, this.#lingering?.willLook === true ? spinning : awake);
    return this.#ready() && this.#take() && this.#returns();
  }

  /**
   * Ends a successful wait. The other side may have written further frames while it saw this one waiting, and has sent no
   * message about them: they are taken by the next wait, or else by the event loop.
   */
  #returns(): true {
    if (this.#lingering?.willLook !== true && this.#ready()) this.#lookLater();
    return true;
  }

  #lookLater(): void {
    if (this.#looks) return;
    this.#looks = true;
    setImmediate(() => {
      this.#looks = false;
      for (let frames = 0; !this.#closed && !this.#paused && this.#ready() && this.#take(); frames++) {
        if (frames < longestDrain) continue;
        this.#lookLater();
        return;
      }
    });
  }

  readonly isReady = (): boolean => this.#ready();

  /** Whether a frame is there, on either path. */
  #ready(): boolean {
    const { ring, base } = this.#in;
    return (
      this.#held.length > 0 || !ring.empty || ((Atomics.load(this.#words, base + word.posted) - this.#received) | 0) > 0
    );
  }

  /** Delivers the next frame. Returns false if it was posted but has not arrived yet. */
  #take(): boolean {
    const { ring, base } = this.#in;
    if (this.#lingering?.willLook !== true) Atomics.store(this.#words, base + word.waiting, awake);
    if (!ring.empty && ring.order() === this.#received) {
      this.#deliver(ring.read());
      return true;
    }
    if (this.#held.length > 0) {
      this.#handle(this.#held.shift());
      return true;
    }
    const message = receiveMessageOnPort(this.#port);
    if (message === undefined) return false;
    this.#handle(message.message);
    return true;
  }

  /** Handles a message of the port that came through the event loop or was taken by {@link wait}. */
  #arrived(message: unknown): void {
    if (message === room || message === goodbye) this.#paused &&= message === room;
    else if (this.#paused) {
      this.#held.push(message);
      return;
    }
    while (this.#held.length > 0 && !this.#paused) this.#handle(this.#held.shift());
    this.#handle(message);
  }

  #handle(message: unknown): void {
    if (this.#closed) return;
    if (message === room) {
      this.#notify();
      return;
    }
    const isFrame = message !== look && message !== goodbye;
    // A frame before this one may be a call that blocks: its wait must find this one.
    if (isFrame) this.#held.unshift(message);
    this.#drain();
    if (message === goodbye) {
      this.#end();
      return;
    }
    if (isFrame && this.#held[0] === message) {
      this.#held.shift();
      this.#received = (this.#received + 1) | 0;
      const [frame, ...blobs] = (Array.isArray(message) ? message : [message]) as [Posted, ...Uint8Array[]];
      // The handler may use up the memory.
      const size = bytesOf(frame, blobs);
      this.#handlers?.frame(typeof frame === "string" ? Buffer.from(frame, "latin1") : frame, blobs);
      this.#took(size);
      this.#drain();
    }
  }

  /** Delivers the frames in shared memory whose turn it is. */
  #drain(): void {
    const { ring } = this.#in;
    for (let frames = 0; !this.#closed && !this.#paused && !ring.empty && ring.order() === this.#received; frames++) {
      if (frames === longestDrain) {
        // The other side writes as fast as this one reads: timers, promises and answers get their turn.
        this.#lookLater();
        return;
      }
      this.#deliver(ring.read());
    }
  }

  wakes(): void {
    Atomics.store(this.#words, this.#in.base + word.waiting, awake);
    while (!this.#closed && !this.#paused && this.#ready() && this.#take());
  }

  #deliver(frame: Uint8Array): void {
    this.#handlers?.frame(frame);
  }

  #took(bytes: number): void {
    const words = this.#words;
    const { base } = this.#in;
    Atomics.add(words, base + word.taken, bytes);
    if (Atomics.load(words, base + word.asked) === 1 && Atomics.exchange(words, base + word.asked, 0) === 1)
      this.#port.postMessage(room);
  }

  #post(frame: Posted, blobs: readonly Uint8Array[]): void {
    this.#sent = (this.#sent + bytesOf(frame, blobs)) | 0;
    if (typeof frame !== "string" && blobs.length === 0) this.#port.postMessage(frame, [frame.buffer as ArrayBuffer]);
    else this.#postAll(frame, blobs);
    this.#posted = (this.#posted + 1) | 0;
    Atomics.store(this.#words, this.#out.base + word.posted, this.#posted);
    this.#signal();
  }

  #postAll(frame: Posted, blobs: readonly Uint8Array[]): void {
    const post = (moving: readonly Uint8Array[]) => {
      const memories = moving.map(({ buffer }) => buffer as ArrayBuffer);
      if (typeof frame !== "string") memories.push(frame.buffer as ArrayBuffer);
      this.#port.postMessage([frame, ...moving], memories);
    };
    try {
      post(blobs);
    } catch {
      // The memory of one cannot move, such as a WebAssembly instance's. Then none has moved.
      post(blobs.map((blob) => new Uint8Array(blob)));
    }
  }

  #signal(): void {
    const { base } = this.#out;
    Atomics.add(this.#words, base + word.signal, 1);
    if (Atomics.load(this.#words, base + word.waiting) === asleep) Atomics.notify(this.#words, base + word.signal);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.close();
    this.#handlers?.closed(undefined);
  }
}

/**
 * A frame as it is posted. A short one that has blobs is text, one character for each byte: while V8 counts the memory of large
 * blobs, it collects garbage whenever one more piece of memory is allocated, however small.
 */
type Posted = Uint8Array | string;

function asText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function bytesOf(frame: Posted, blobs: readonly Uint8Array[]): number {
  return blobs.reduce(
    (sum, { byteLength }) => sum + byteLength,
    typeof frame === "string" ? frame.length : frame.byteLength,
  );
}

/** Messages of the port that are not frames. A frame with blobs is an array. */
const look = 0;
const goodbye = 1;
const room = 2;
