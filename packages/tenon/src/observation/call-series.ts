import { Latency } from "./latency.js";
import type { CallMetrics } from "./metrics-snapshot.js";

/** Leaves the queue of a plugin, and ends the measurement of a call. */
export interface Leaving {
  /** @param error why the call failed. */
  leave(error?: unknown): void;
  /** Ends the measurement of a call that never got in. */
  turnedAway?(error: unknown): void;
}

/**
 * Counts and times the calls of one function.
 *
 * A direct call is one decrement: `left` says how many more direct calls there are until the next one is timed. A call that is
 * timed by sample stands for the calls since the one before it. Calls that return promises or leave the thread are all timed.
 */
export class CallSeries {
  /** Counted down by the compiled functions, which call {@link begin} at 0. */
  left = 1;
  #period = 1;
  /** Calls of all finished periods. */
  #counted = 0;
  /** Those of them that no duration stands for yet. */
  #owed = 0;
  /** Calls that are not counted by periods. */
  #others = 0;
  #inFlight = 0;
  /** Whether the last timed call returned a promise: then the next one is timed, too. */
  #promises = false;
  readonly #errors = new Map<string, number>();
  readonly #latency = new Latency();

  constructor(readonly label: string) {}

  get calls(): number {
    return this.#others + this.#counted + this.#period - this.left;
  }
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  // ---- direct calls ----

  /** Begins the timed call that ends a period. Returns the time, which is never 0. */
  begin(): number {
    this.#finishPeriod(this.#promises ? 1 : nextPeriod());
    return performance.now();
  }

  /** Ends a timed call that returned its value, or threw. */
  end(begun: number): void {
    this.#promises = false;
    this.#latency.record(performance.now() - begun, this.#takeOwed());
  }

  /**
   * A direct call returned a promise.
   *
   * @param begun 0 if the call was not timed: it is, from now on.
   */
  promised(begun: number): Leaving {
    this.#promises = true;
    let weight = 1;
    if (begun === 0) {
      this.left++;
      this.#others++;
    } else weight = this.#takeOwed();
    this.#finishPeriod(1);
    this.#inFlight++;
    return new MeasuredCall(this, begun === 0 ? performance.now() : begun, weight, undefined);
  }

  #finishPeriod(next: number): void {
    const finished = this.#period - this.left;
    this.#counted += finished;
    this.#owed += finished;
    this.#period = next;
    this.left = next;
  }

  #takeOwed(): number {
    const owed = this.#owed;
    this.#owed = 0;
    return owed;
  }

  // ---- other calls ----

  /** Begins a call that is timed. */
  enter(gate?: { leave(): void }): Leaving {
    this.#others++;
    this.#inFlight++;
    return new MeasuredCall(this, performance.now(), 1, gate);
  }

  /** Ends a call that is timed. */
  ended(begun: number, weight: number, error: unknown): void {
    this.#inFlight--;
    this.#latency.record(performance.now() - begun, weight);
    if (error !== undefined) this.failed(error);
  }

  /** A call was refused before it began. */
  refused(error: unknown): void {
    this.#others++;
    this.failed(error);
  }

  failed(error: unknown): void {
    const code = codeOf(error);
    const known = this.#errors.get(code);
    if (known !== undefined || this.#errors.size < mostCodes) this.#errors.set(code, (known ?? 0) + 1);
    else this.#errors.set("other", (this.#errors.get("other") ?? 0) + 1);
  }

  snapshot(): CallMetrics {
    return {
      function: this.label,
      calls: this.calls,
      errors: Object.fromEntries(this.#errors),
      inFlight: this.#inFlight,
      latency: this.#latency.snapshot(),
    };
  }
}

/** How many codes a function can have failed with; there are more than any function fails with. */
const mostCodes = 64;

class MeasuredCall implements Leaving {
  readonly #series: CallSeries;
  readonly #begun: number;
  readonly #weight: number;
  readonly #gate: { leave(): void } | undefined;

  constructor(series: CallSeries, begun: number, weight: number, gate: { leave(): void } | undefined) {
    this.#series = series;
    this.#begun = begun;
    this.#weight = weight;
    this.#gate = gate;
  }

  leave(error?: unknown): void {
    this.#gate?.leave();
    this.turnedAway(error);
  }

  turnedAway(error: unknown): void {
    this.#series.ended(this.#begun, this.#weight, error);
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : "other";
}

let state = 1;
/** 192 to 319, in an order without a pattern that a program's own rhythm could follow. */
function nextPeriod(): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return 192 + ((state >>> 16) & 127);
}
