import { clockInvalid } from "../../errors/factories/wasi.js";

/** The clocks of one plugin, in nanoseconds. */
export interface Clocks {
  /** Nanoseconds since 1970. */
  wall(): bigint;
  /** Nanoseconds since a moment before the plugin started. Never goes back, and is never 0, which Go's runtime rejects. */
  monotonic(): bigint;
  /** The resolution of both clocks. */
  readonly resolution: bigint;
  /** Blocks this thread. */
  sleep(nanoseconds: bigint): void;
  /** Called with the time that was spent waiting for something else. */
  waited(nanoseconds: bigint): void;
}

const second = 1_000_000_000n;
const million = 1_000_000n;
// Longer sleeps are split: a timer's milliseconds are limited to 32 bits.
const longestWait = 2_000_000_000;

/**
 * Blocks this thread. The thread can be terminated meanwhile.
 *
 * @param milliseconds may be fractional or infinite.
 */
export function blockFor(milliseconds: number): void {
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  for (let left = milliseconds; left > 0; left -= longestWait) Atomics.wait(cell, 0, 0, Math.min(left, longestWait));
}
let cell: Int32Array | undefined;

/** The system's clocks. Monotonic time starts at one second, so that plugins do not learn the uptime of the machine. */
export class SystemClocks implements Clocks {
  readonly resolution = 1000n;
  readonly #start = process.hrtime.bigint() - second;
  // JavaScript's wall clock has only milliseconds. The monotonic clock supplies the rest, as long as the two agree.
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

/** Clocks that are frozen at one moment, and advance only by the time that is slept or waited. Sleeping takes no time. */
export class FixedClocks implements Clocks {
  readonly resolution = 1n;
  readonly #start: bigint;
  #slept = 0n;

  /**
   * @param milliseconds since 1970.
   * @throws TENON_OPTION_INVALID
   */
  constructor(milliseconds: number) {
    if (!Number.isFinite(milliseconds) || milliseconds < 0 || milliseconds > 8.64e15) throw clockInvalid(milliseconds);
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
