import type { TenonError } from "../../../../errors/index.js";
import type { CallScope } from "../call-scope.js";
import { eventCodes, Waitable } from "./waitable.js";

/** How far a call is that a guest has made. Source: Component Model, CanonicalABI.md, "Subtask State". */
export const subtaskStates = { starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelled: 4 } as const;

/** A call that an instance has made asynchronously and that has not answered at once. */
export class Subtask extends Waitable {
  state: number = subtaskStates.started;
  /** Its number in the table of the instance. */
  index = 0;
  cancellationRequested = false;
  /** Why it has no answer, where the guest is told. */
  failure: TenonError | undefined;
  /** Whether the guest was told how it ended. */
  isDelivered = false;
  /** What the call answered with; it can be asked to give up where a guest of ours runs it. */
  readonly answer: PromiseLike<unknown>;
  readonly #scope: CallScope | undefined;

  constructor(answer: PromiseLike<unknown>, scope: CallScope | undefined) {
    super();
    this.answer = answer;
    this.#scope = scope;
  }

  get isResolved(): boolean {
    return this.state !== subtaskStates.started;
  }

  /** It has ended; the guest is to be told. */
  end(state: number): void {
    this.state = state;
    this.announce(() => {
      this.isDelivered = true;
      this.#scope?.end();
      return [eventCodes.subtask, this.index, this.state];
    });
  }
}
