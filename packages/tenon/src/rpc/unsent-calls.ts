import { AsyncResource } from "node:async_hooks";
import { callDeadline, callRejected } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import type { CallControl } from "../runtime/index.js";
import { abortError } from "./abort-error.js";
import type { Link } from "./link.js";
import type { Stub } from "./stub.js";

/** Calls that are not sent yet, because the other side has not taken what was sent before. */
export class UnsentCalls {
  readonly #link: Link;
  readonly #calls = new Map<Stub, Set<(error: TenonError) => void>>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** Makes the call once there is room, with the time that is left then, unless it expires or is cancelled before. */
  wait(stub: Stub, control: CallControl, make: (control: CallControl) => Promise<unknown>): Promise<unknown> {
    const { signal, deadline } = control;
    const label = `${stub.label}()`;
    if (signal?.aborted) return Promise.reject(abortError(label, signal.reason));
    const { room } = this.#link;
    const begun = performance.now();
    // Room comes in the context of something else.
    const made = new AsyncResource("TENON_CALL");
    return new Promise((resolve, reject) => {
      const calls = this.#calls.get(stub) ?? new Set();
      this.#calls.set(stub, calls);
      const stop = () => {
        calls.delete(giveUp);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#link.hold(false);
      };
      const waiter = {
        run: () => {
          stop();
          const left = deadline > 0 ? Math.max(1, deadline - (performance.now() - begun)) : 0;
          try {
            resolve(
              made.runInAsyncScope(make, undefined, {
                signal,
                deadline: left,
                metadata: control.metadata,
                call: control.call,
              }),
            );
          } catch (thrown) {
            reject(thrown);
          }
        },
      };
      const giveUp = (error: TenonError) => {
        room.leave(waiter);
        stop();
        reject(error);
      };
      const abort = () => giveUp(abortError(label, signal?.reason));
      const late = () => giveUp(callDeadline(label, deadline));
      const timer = deadline > 0 ? setTimeout(late, Math.min(deadline, 0x7fffffff)) : undefined;
      signal?.addEventListener("abort", abort, { once: true });
      calls.add(giveUp);
      this.#link.hold(true);
      room.enter(waiter);
    });
  }

  abandon(reason: TenonError): void {
    for (const [stub, calls] of this.#calls)
      for (const giveUp of [...calls]) giveUp(callRejected(`${stub.label}()`, reason));
  }
}
