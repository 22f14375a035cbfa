import { numberOption } from "./number-option.js";
import { aBoolean, anObject, anything, checkOptions, type OptionCheck } from "./option-checks.js";

/** When to restart a crashed plugin, and when to stop trying for a while. Times are in milliseconds. */
export interface SupervisionOptions {
  /** Whether a crashed plugin is restarted at all. Default true. */
  readonly restart?: boolean | undefined;
  readonly backoff?:
    | {
        /** The delay after the first crash. Default 100. */
        readonly first?: number | undefined;
        /** The factor by which each further crash inside the window multiplies the delay. Default 2. */
        readonly factor?: number | undefined;
        /** The longest delay. Default 30,000. */
        readonly max?: number | undefined;
        /** The random share of a delay, 0 to 1, so that many plugins do not restart in step. Default 0.2. */
        readonly jitter?: number | undefined;
      }
    | undefined;
  /** How many crashes inside the window are tolerated; one more opens the circuit. Default 5. */
  readonly crashes?: number | undefined;
  /** How long a crash counts. Default 60,000. */
  readonly window?: number | undefined;
  /** How long an open circuit stays open before one restart is tried. Default 30,000. */
  readonly cooldown?: number | undefined;
}

/** Time and randomness, so that tests can control both. */
export interface SupervisionClock {
  /** Returns monotonic time in milliseconds. */
  now(): number;
  /** Returns a number from 0 up to, but not including, 1. */
  random(): number;
}

/** What to do about a crash. */
export type CrashDecision =
  | { readonly action: "restart" /** Milliseconds from now. */; readonly delay: number }
  | { readonly action: "open-circuit" /** On the clock's time. */; readonly until: number }
  | { readonly action: "stop" };

/** `closed`: crashes lead to restarts. `open`: no restart for now. `half-open`: one restart is being tried. */
export type CircuitState = "closed" | "open" | "half-open" | "stopped";

/**
 * Decides about restarts: exponential back-off, and a circuit breaker for a plugin that keeps crashing. A pure state
 * machine: it starts nothing and sets no timers.
 *
 * The delay grows with the number of crashes inside the window, so it shrinks again while the plugin does not crash.
 */
export interface Supervision {
  readonly state: CircuitState;
  /** When the open circuit lets one restart through; `undefined` unless open. */
  readonly until: number | undefined;
  /** Records a crash and decides what to do about it. */
  crashed(now?: number): CrashDecision;
  /** Decides about an instance that ended because of another plugin in its thread: that is no crash of its own. */
  displaced(): CrashDecision;
  /** Returns true once after the cooldown of an open circuit, which makes it half-open; the caller then restarts. */
  probe(now?: number): boolean;
  /**
   * Records that the restarted plugin works: it loaded and passed its health check. Closes a half-open circuit and clears
   * its crashes; otherwise changes nothing, because crashes of a closed circuit expire only with time.
   */
  succeeded(): void;
  /** Clears everything: another instance was swapped in, so the old one's crashes no longer matter. */
  reset(): void;
}

const systemClock: SupervisionClock = { now: () => performance.now(), random: Math.random };

/** @throws TENON_OPTION_INVALID if an option has the wrong type or is out of range. */
export function createSupervision(
  options: SupervisionOptions = {},
  clock: SupervisionClock = systemClock,
): Supervision {
  return new Supervisor(readOptions(options), clock);
}

// Longer delays overflow setTimeout, which then fires immediately.
const longestDelay = 2 ** 31 - 1;

// `anything` stands for numbers here: numberOption checks them with their ranges.
const supervisionChecks: Record<keyof SupervisionOptions, OptionCheck> = {
  restart: aBoolean,
  backoff: { ...anObject, expected: "an object {first, factor, max, jitter}" },
  crashes: anything,
  window: anything,
  cooldown: anything,
};
const backoffChecks: Record<keyof NonNullable<SupervisionOptions["backoff"]>, OptionCheck> = {
  first: anything,
  factor: anything,
  max: anything,
  jitter: anything,
};

type Policy = ReturnType<typeof readOptions>;

function readOptions(options: SupervisionOptions) {
  checkOptions(options, supervisionChecks, { prefix: "supervision.", subject: "supervision" });
  const { restart = true, backoff = {} } = options;
  checkOptions(backoff, backoffChecks, { prefix: "supervision.backoff.", subject: "supervision.backoff" });
  const delay = { least: 0, most: longestDelay };
  const first = numberOption("supervision.backoff.first", backoff.first, 100, delay);
  return {
    restart,
    first,
    factor: numberOption("supervision.backoff.factor", backoff.factor, 2, { least: 1, most: 1000 }),
    max: numberOption("supervision.backoff.max", backoff.max, Math.max(30_000, first), {
      least: first,
      most: longestDelay,
    }),
    jitter: numberOption("supervision.backoff.jitter", backoff.jitter, 0.2, { least: 0, most: 1 }),
    crashes: numberOption("supervision.crashes", options.crashes, 5, { least: 0, most: 1000, integer: true }),
    window: numberOption("supervision.window", options.window, 60_000, { least: 1, most: Number.MAX_SAFE_INTEGER }),
    cooldown: numberOption("supervision.cooldown", options.cooldown, 30_000, delay),
  };
}

class Supervisor implements Supervision {
  state: CircuitState = "closed";
  until: number | undefined;
  #crashes: number[] = [];
  readonly #policy: Policy;
  readonly #clock: SupervisionClock;

  constructor(policy: Policy, clock: SupervisionClock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  crashed(now = this.#clock.now()): CrashDecision {
    const { restart, crashes, window } = this.#policy;
    if (!restart) {
      this.state = "stopped";
      return { action: "stop" };
    }
    if (this.state === "open" && this.until !== undefined) return { action: "open-circuit", until: this.until };
    if (this.state === "half-open") return this.#open(now);
    this.#crashes = this.#crashes.filter((time) => now - time < window);
    this.#crashes.push(now);
    return this.#crashes.length > crashes ? this.#open(now) : { action: "restart", delay: this.#delay() };
  }

  displaced(): CrashDecision {
    if (this.state === "open" && this.until !== undefined) return { action: "open-circuit", until: this.until };
    return this.#policy.restart ? { action: "restart", delay: 0 } : this.crashed();
  }

  probe(now = this.#clock.now()): boolean {
    if (this.state !== "open" || this.until === undefined || now < this.until) return false;
    this.state = "half-open";
    this.until = undefined;
    return true;
  }

  succeeded(): void {
    if (this.state === "half-open") this.reset();
  }

  reset(): void {
    this.state = "closed";
    this.until = undefined;
    this.#crashes = [];
  }

  #open(now: number): CrashDecision {
    const until = now + this.#policy.cooldown;
    this.state = "open";
    this.until = until;
    this.#crashes = [];
    return { action: "open-circuit", until };
  }

  #delay(): number {
    const { first, factor, max, jitter } = this.#policy;
    const full = Math.min(max, first * factor ** (this.#crashes.length - 1));
    return full * (1 - jitter * this.#clock.random());
  }
}
