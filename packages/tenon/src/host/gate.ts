import { callQueueFull, gateLeftTwice, queuedCallCancelled } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import { forgetAbort, onAbort } from "./abort-listeners.js";
import { numberOption } from "./number-option.js";

export interface GateOptions {
  /** How many calls may run at the same time. Default 0: no limit. */
  readonly concurrency?: number | undefined;
  /** How many calls may wait; 0 means none. Default 10,000. */
  readonly queue?: number | undefined;
  /** The name of the plugin, for messages. */
  readonly subject?: string | undefined;
}

/**
 * Limits how many calls run at the same time and how many wait: a plugin's back-pressure.
 *
 * Strictly first come, first served: a slot that becomes free goes to the call that has waited longest, never to a new
 * one.
 */
export interface Gate {
  readonly running: number;
  readonly waiting: number;
  /**
   * Enters immediately and returns `undefined`, or returns a promise that resolves after entering. Call {@link leave}
   * exactly once for each successful entry.
   *
   * @throws TENON_CALL_QUEUE_FULL immediately, if the queue is full.
   * @throws TENON_CALL_ABORTED, immediately or as a rejection, if the signal is aborted before entry. If the signal's
   *   reason is an error of Tenon's (a deadline), throws that error instead.
   */
  enter(signal?: AbortSignal): undefined | Promise<void>;
  leave(): void;
  /** Rejects every waiting call with this error. Running calls continue, and the gate stays usable. */
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
    if (signal?.aborted === true) throw queuedCallCancelled(this.#subject, signal.reason);
    if (this.running < this.#concurrency) {
      this.running++;
      return undefined;
    }
    if (this.waiting >= this.#queue) throw callQueueFull(this.#subject, this.running, this.waiting);
    return this.#wait(signal);
  }

  leave(): void {
    if (this.running === 0) throw gateLeftTwice(this.#subject);
    const next = this.#head;
    if (next === undefined) {
      this.running--;
      return;
    }
    // The slot is handed over, so that no new call can take it before the waiting one resumes.
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
          reject(queuedCallCancelled(this.#subject, signal.reason));
        };
        onAbort(signal, ticket.onAbort);
      }
    });
  }

  #remove(ticket: Ticket): void {
    if (ticket.before === undefined) this.#head = ticket.after;
    else ticket.before.after = ticket.after;
    if (ticket.after === undefined) this.#tail = ticket.before;
    else ticket.after.before = ticket.before;
    this.waiting--;
    if (ticket.onAbort !== undefined && ticket.signal !== undefined) forgetAbort(ticket.signal, ticket.onAbort);
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
