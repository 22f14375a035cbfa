import type { LatencyMetrics } from "./metrics-snapshot.js";

/**
 * A histogram of durations in milliseconds with log-linear buckets: each power of two is cut into four of equal width, so that a
 * bucket is at most 25 % wide, and its memory is fixed. A duration may stand for several calls that were not timed.
 */
export class Latency {
  #buckets: Float64Array | undefined;
  #count = 0;
  #timed = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = 0;

  /** @param weight how many calls the duration stands for. */
  record(duration: number, weight: number): void {
    this.#buckets ??= new Float64Array(bucketCount);
    this.#buckets[bucketOf(duration)]! += weight;
    this.#count += weight;
    this.#timed++;
    this.#sum += duration * weight;
    if (duration < this.#least) this.#least = duration;
    if (duration > this.#most) this.#most = duration;
  }

  snapshot(): LatencyMetrics {
    const buckets: [number, number][] = [];
    for (const [index, count] of this.#buckets?.entries() ?? [])
      if (count > 0) buckets.push([upperBound(index), count]);
    const quantile = (share: number) => quantileOf(buckets, share * this.#count, this.#least, this.#most);
    return {
      timed: this.#timed,
      count: this.#count,
      sum: this.#sum,
      min: this.#timed === 0 ? 0 : this.#least,
      max: this.#most,
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      buckets,
    };
  }
}

/** The exponents of the first and the last power of two that is cut: 2^-13 ms is 122 ns, and 2^21 ms is 35 minutes. */
const first = -13;
const last = 20;
const parts = 4;
/** One bucket is for what is shorter. What is longer is in the last one. */
const bucketCount = 1 + (last - first + 1) * parts;

/** The bits of a double begin with its exponent and the leading bits of its fraction: they are the number of its bucket. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const high = words[1] === 0 ? 0 : 1;
const base = ((first + 1023) << 2) - 1;

function bucketOf(duration: number): number {
  double[0] = duration;
  const index = ((words[high] as number) >>> 18) - base;
  // A clock that went back would give a sign bit, and the largest index.
  if (duration <= 0 || index < 0) return 0;
  return index < bucketCount ? index : bucketCount - 1;
}

/** The durations of a bucket are less than this. */
function upperBound(index: number): number {
  return 2 ** (first + Math.floor(index / parts)) * (1 + (index % parts) / parts);
}

/** The duration that `rank` calls did not exceed, on a straight line within its bucket. */
function quantileOf(
  buckets: readonly (readonly [number, number])[],
  rank: number,
  least: number,
  most: number,
): number {
  let before = 0;
  for (const [upTo, count] of buckets) {
    if (before + count >= rank) {
      const from = lowerBound(upTo);
      return Math.min(most, Math.max(least, from + ((upTo - from) * (rank - before)) / count));
    }
    before += count;
  }
  return most;
}

function lowerBound(upTo: number): number {
  const power = 2 ** Math.floor(Math.log2(upTo));
  if (upTo <= 2 ** first) return 0;
  // A power of two ends the last part of the one before.
  return upTo === power ? upTo - power / (2 * parts) : upTo - power / parts;
}
