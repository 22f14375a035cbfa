import { errors, isTenonError, type TenonError } from "../errors/index.js";
import { numberOption } from "./number-option.js";

export interface GateOptions {
  /** How many may be inside at once; 0, and unless said, as many as come. */
  readonly concurrency?: number | undefined;
  /** How many may wait; 10,000 unless said, 0 to let none wait. */
  readonly queue?: number | undefined;
  /** Whose gate it is, for messages: a plugin's name. */
  readonly subject?: string | undefined;
}

/**
 * Bounds how many calls run at once, and how many wait: a plugin's back-pressure.
 *
 * Strictly first come, first served: a place that becomes free goes to the longest waiting, never to a newcomer.
 */
export interface Gate {
  readonly running: number;
  readonly waiting: number;
  /**
   * Enters at once and returns `undefined`, or returns a promise that resolves once inside. Each successful entry wants
   * exactly one {@link leave}.
   *
   * @throws TENON_CALL_QUEUE_FULL at once, when as many wait as may.
   * @throws TENON_CALL_ABORTED, at once or as a rejection, when the signal aborts before entry; where the signal's
   *   reason is itself an error of Tenon's (a deadline), that very error.
   */
  enter(signal?: AbortSignal): undefined | Promise<void>;
  leave(): void;
  /** Rejects all that wait with this error. Those inside stay, and the gate goes on working. */
  drain(error: TenonError): void;
}

/** @throws TENON_OPTION_INVALID when a limit is not a whole number in its range. */
export function createGate(options: GateOptions = {}): Gate {
  const range = { least: 0, most: Number.MAX_SAFE_INTEGER, integer: true, unlimited: true };
  const concurrency = numberOption("limits.concurrency", options.concurrency, 0, range);
  const queue = numberOption("limits.queue", options.queue, 10_000, range);
  return new FirstComeGate(concurrency === 0 ? Number.POSITIVE_INFINITY : concurrency, queue, options.subject);
}

class FirstComeGate implements Gate {
  running = 0;
  waiting = 0;
  #head: Ticket | undefined;
  #tail: Ticket | undefined;
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #subject: string | undefined;

  constructor(concurrency: number, queue: number, subject: string | undefined) {
    this.#concurrency = concurrency;
    this.#queue = queue;
    this.#subject = subject;
  }

  enter(signal?: AbortSignal): undefined | Promise<void> {
    if (signal?.aborted === true) throw aborted(signal, this.#subject);
    if (this.running < this.#concurrency) {
      this.running++;
      return undefined;
    }
    if (this.waiting >= this.#queue) throw this.#full();
    return this.#wait(signal);
  }

  leave(): void {
    if (this.running === 0) {
      throw errors.TENON_INTERNAL({
        message: "a gate was left more often than it was entered",
        subject: this.#subject,
      });
    }
    const next = this.#head;
    if (next === undefined) {
      this.running--;
      return;
    }
    // The place is handed over, so that no newcomer can take it before the waiting one resumes.
    this.#remove(next);
    next.resolve();
  }

  drain(error: TenonError): void {
    for (let ticket = this.#head; ticket !== undefined; ticket = this.#head) {
      this.#remove(ticket);
      ticket.reject(error);
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const ticket: Ticket = { resolve, reject, signal, onAbort: undefined, before: this.#tail, after: undefined };
      if (this.#tail === undefined) this.#head = ticket;
      else this.#tail.after = ticket;
      this.#tail = ticket;
      this.waiting++;
      if (signal !== undefined) {
        ticket.onAbort = () => {
          this.#remove(ticket);
          reject(aborted(signal, this.#subject));
        };
        signal.addEventListener("abort", ticket.onAbort, { once: true });
      }
    });
  }

  #remove(ticket: Ticket): void {
    if (ticket.before === undefined) this.#head = ticket.after;
    else ticket.before.after = ticket.after;
    if (ticket.after === undefined) this.#tail = ticket.before;
    else ticket.after.before = ticket.before;
    this.waiting--;
    if (ticket.onAbort !== undefined) ticket.signal?.removeEventListener("abort", ticket.onAbort);
  }

  #full(): TenonError {
    const whose = this.#subject === undefined ? "" : `plugin ${JSON.stringify(this.#subject)}: `;
    return errors.TENON_CALL_QUEUE_FULL({
      message: `${whose}${this.running} calls are running and ${this.waiting} are waiting, which is all that its limits allow`,
      subject: this.#subject,
    });
  }
}

interface Ticket {
  readonly resolve: () => void;
  readonly reject: (error: TenonError) => void;
  readonly signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
  before: Ticket | undefined;
  after: Ticket | undefined;
}

function aborted(signal: AbortSignal, subject: string | undefined): TenonError {
  if (isTenonError(signal.reason)) return signal.reason;
  return errors.TENON_CALL_ABORTED({
    message: "the call was cancelled before it began",
    subject,
    cause: signal.reason,
  });
}
