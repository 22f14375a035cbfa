import type { TenonError } from "../errors/index.js";
import type { CallControl } from "../runtime/index.js";
import type { Exchange } from "./exchange.js";

/** A call that this side serves. Its signal is created only when it is asked for. */
export class ServedCall implements CallControl {
  readonly id: number;
  readonly deadline: number;
  readonly exchange: Exchange | undefined;
  readonly nested: boolean | undefined;
  #controller: AbortController | undefined;
  #reason: TenonError | undefined;
  /** What it counts for while it runs: see `Server.running`. */
  size = 0;
  cancelled = false;
  onCancel: ((reason: TenonError) => void) | undefined = undefined;

  constructor(id: number, deadline: number, exchange: Exchange | undefined, nested?: boolean) {
    this.id = id;
    this.deadline = deadline;
    this.exchange = exchange;
    this.nested = nested;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.cancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  cancel(reason: TenonError): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.onCancel?.(reason);
  }
}
