import { circuitOpen, pluginCrashed } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import { isDisplaced } from "./displaced.js";
import { createSupervision, type Supervision, type SupervisionOptions } from "./supervision.js";

/** The plugin, as its restarts see it. */
export interface RestartSubject {
  readonly name: string;
  /** Whether the plugin has crashed, and no swap is about to replace it. */
  readonly needed: boolean;
  /** Whether a call waits. */
  readonly awaited: boolean;
  /** Starts the same artifact again and makes it the current one, if that is still needed. @throws why it does not start */
  startAgain(): Promise<void>;
  /** The circuit was opened. `until`: milliseconds since the epoch. */
  circuitOpened(until: number, error: TenonError): void;
  restarting(delay: number): void;
  /** Rejects the calls that wait. */
  refuse(): void;
  /** Lets the next call start the plugin. */
  mayStart(): void;
}

/** Carries out what {@link Supervision} decides about crashes: the timers, and the restarts. */
export class Restarts {
  readonly #supervision: Supervision;
  readonly #subject: RestartSubject;
  #timer: NodeJS.Timeout | undefined;
  /** The last restart that has begun. */
  #running: Promise<void> | undefined;
  /** The last failure, while there is no instance. */
  failure: TenonError | undefined;
  /** The time before which a resting plugin is not started again, on the clock of `performance.now`. */
  notBefore = 0;

  constructor(subject: RestartSubject, options: SupervisionOptions | undefined) {
    this.#subject = subject;
    this.#supervision = createSupervision(options);
  }

  /** Whether a crashed plugin will be restarted soon, so that calls can wait for it. */
  get pending(): boolean {
    return this.#timer !== undefined && this.#supervision.state !== "open";
  }

  /** The error for a call of a crashed plugin. */
  get refusal(): TenonError {
    const { name } = this.#subject;
    return this.#supervision.state === "open" ? circuitOpen(name, this.failure) : pluginCrashed(name, this.failure);
  }

  /** Waits for the restart that is under way. */
  async finished(): Promise<void> {
    await this.#running;
  }

  /** A call waits for the restart, so the program must not end before it. */
  await(): void {
    this.#timer?.ref();
  }

  /** An instance is there. */
  succeeded(): void {
    this.failure = undefined;
    this.#supervision.succeeded();
  }

  /** Another artifact was swapped in. */
  reset(): void {
    this.#supervision.reset();
    this.notBefore = 0;
    this.cancel();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Decides about a crash, and does it. */
  decide(error: TenonError): void {
    const subject = this.#subject;
    if (!subject.needed) return;
    const decision = this.#decision(error);
    if (decision.action === "stop") {
      subject.refuse();
      return;
    }
    if (decision.action === "open-circuit") {
      this.#open(decision.until, error, () => this.#probe(error));
      subject.refuse();
      return;
    }
    subject.restarting(decision.delay);
    this.#timer = setTimeout(() => this.#start(), decision.delay);
    if (!subject.awaited) this.#timer.unref();
  }

  /**
   * Decides about the start of a resting plugin that failed: the next call tries again, but not before the delay has passed.
   * Returns whether it may.
   */
  startFailed(error: TenonError): boolean {
    this.failure = error;
    const decision = this.#decision(error);
    if (decision.action === "restart") {
      this.notBefore = performance.now() + decision.delay;
      return true;
    }
    const probe = () => {
      this.#timer = undefined;
      if (this.#subject.needed && this.#supervision.probe()) this.#subject.mayStart();
    };
    if (decision.action === "open-circuit") this.#open(decision.until, error, probe);
    return false;
  }

  #decision(error: TenonError) {
    return isDisplaced(error) ? this.#supervision.displaced() : this.#supervision.crashed();
  }

  #open(until: number, error: TenonError, probe: () => void): void {
    const remaining = Math.max(0, until - performance.now());
    this.#subject.circuitOpened(Date.now() + remaining, error);
    this.#timer = setTimeout(probe, remaining + 1);
    this.#timer.unref();
  }

  #probe(error: TenonError): void {
    if (this.#supervision.probe()) this.#start();
    else this.decide(error);
  }

  #start(): void {
    this.#running = this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    if (!this.#subject.needed) return;
    try {
      await this.#subject.startAgain();
      this.#timer = undefined;
    } catch (thrown) {
      this.#timer = undefined;
      this.failure = thrown as TenonError;
      this.decide(thrown as TenonError);
    }
  }
}
