import type { TenonError } from "../../../../errors/index.js";
import type { CallScope } from "../state/call-scope.js";
import { eventCodes, Waitable } from "../streams/waitable.js";

/** The state of a call that a guest has made. Source: Component Model, CanonicalABI.md, "Subtask State". */
export const subtaskStates = { starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelled: 4 } as const;

/** A call that an instance has made asynchronously and that did not return immediately. */
export class Subtask extends Waitable {
  state: number = subtaskStates.started;
  /** Its number in the table of the instance. */
  index = 0;
  cancellationRequested = false;
  /** Why it failed, where the guest asks for that. */
  failure: TenonError | undefined;
  /** Whether the guest has received the event of its end. */
  isDelivered = false;
  /** The promise that the call returned. It can be cancelled if another guest runs it. */
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

  /** Ends the call and announces that to the guest. */
  end(state: number): void {
    this.state = state;
    this.announce(() => {
      this.isDelivered = true;
      this.#scope?.end();
      return [eventCodes.subtask, this.index, this.state];
    });
  }
}
