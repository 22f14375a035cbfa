import { errors } from "../errors/index.js";

/** The clocks of one plugin, in nanoseconds. */
export interface Clocks {
  /** Since 1970. */
  wall(): bigint;
  /** Since a moment before the plugin began; never goes back, and is never 0, which Go's runtime refuses. */
  monotonic(): bigint;
  /** The smallest step of both. */
  readonly resolution: bigint;
  /** Blocks this thread for so long. */
  sleep(nanoseconds: bigint): void;
  /** Told of time that was spent waiting for something else. */
  waited(nanoseconds: bigint): void;
}

const second = 1_000_000_000n;
const million = 1_000_000n;
// Beyond it, a sleep is taken in pieces: a timer's milliseconds are 32 bits.
const longestWait = 2_000_000_000;

/**
 * Blocks this thread, and ends with it when it is terminated.
 *
 * @param milliseconds may be fractional and infinite.
 */
export function blockFor(milliseconds: number): void {
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  for (let left = milliseconds; left > 0; left -= longestWait) Atomics.wait(cell, 0, 0, Math.min(left, longestWait));
}
let cell: Int32Array | undefined;

/** Clocks of the system. Monotonic time begins one second before the first look: how long the machine is up is no plugin's business. */
export class SystemClocks implements Clocks {
  readonly resolution = 1000n;
  readonly #start = process.hrtime.bigint() - second;
  // The wall clock of JavaScript has milliseconds: the rest is taken from the monotonic one, as long as they agree.
  #offset = BigInt(Date.now()) * million - process.hrtime.bigint();

  wall(): bigint {
    const milliseconds = Date.now();
    const now = process.hrtime.bigint() + this.#offset;
    const apart = Number(now / million) - milliseconds;
    if (apart < 20 && apart > -20) return now;
    this.#offset = BigInt(milliseconds) * million - process.hrtime.bigint();
    return BigInt(milliseconds) * million;
  }

  monotonic(): bigint {
    return process.hrtime.bigint() - this.#start;
  }

  sleep(nanoseconds: bigint): void {
    blockFor(Number(nanoseconds) / 1e6);
  }

  waited(): void {}
}

/** Clocks that stand at one moment, and go on by what is slept and waited. Sleeping takes no time. */
export class FixedClocks implements Clocks {
  readonly resolution = 1n;
  readonly #start: bigint;
  #slept = 0n;

  /**
   * @param milliseconds since 1970.
   * @throws TENON_GRANT_INVALID
   */
  constructor(milliseconds: number) {
    if (!Number.isFinite(milliseconds) || milliseconds < 0 || milliseconds > 8.64e15) {
      throw errors.TENON_GRANT_INVALID({
        message: `grants.clock: expected milliseconds since 1970, got ${String(milliseconds)}`,
        subject: "clock",
      });
    }
    this.#start = BigInt(Math.round(milliseconds * 1e6));
  }

  wall(): bigint {
    return BigInt.asUintN(64, this.#start + this.#slept);
  }

  monotonic(): bigint {
    return BigInt.asUintN(64, second + this.#slept);
  }

  sleep(nanoseconds: bigint): void {
    this.#slept += nanoseconds;
  }

  waited(nanoseconds: bigint): void {
    this.#slept += nanoseconds;
  }
}
