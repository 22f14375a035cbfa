import { abiViolation } from "../../../../errors/factories/wasm-call.js";

/** The kinds of events that a guest receives. Source: Component Model, CanonicalABI.md, "EventCode". */
export const eventCodes = {
  none: 0,
  subtask: 1,
  streamRead: 2,
  streamWrite: 3,
  futureRead: 4,
  futureWrite: 5,
  taskCancelled: 6,
} as const;

/** An event: its code, the waitable's number, and what happened to it. */
export type Event = readonly [code: number, index: number, payload: number];

/** Something in the table of an instance that it can wait for. */
export class Waitable {
  /** Creates the event that was not delivered yet. Created on delivery, since more may happen until then. */
  #event: (() => Event) | undefined;
  #set: WaitableSet | undefined;
  #listener: (() => void) | undefined;

  get hasEvent(): boolean {
    return this.#event !== undefined;
  }

  announce(event: () => Event): void {
    this.#event = event;
    this.#listener?.();
    this.#set?.wake();
  }

  /** Resolves when there is an event. For code that blocks. */
  whenEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener = () => {
        this.#listener = undefined;
        resolve();
      };
      if (this.hasEvent) this.#listener();
    });
  }

  takeEvent(): Event {
    const event = this.#event!;
    this.#event = undefined;
    return event();
  }

  /** Moves it to a set, or out of its set. */
  join(set: WaitableSet | undefined): void {
    this.#set?.members.delete(this);
    this.#set = set;
    set?.members.add(this);
    if (this.hasEvent) set?.wake();
  }
}

/** Waitables that a guest waits for together. */
export class WaitableSet {
  readonly members = new Set<Waitable>();
  /** Called in order when a member may have an event. Each removes itself when it has taken one. */
  readonly waiting = new Set<() => void>();

  get hasEvent(): boolean {
    for (const member of this.members) if (member.hasEvent) return true;
    return false;
  }

  wake(): void {
    for (const waiter of this.waiting) waiter();
  }

  /** Takes the event of one of the members, if any has one. */
  takeEvent(): Event | undefined {
    for (const member of this.members) {
      if (!member.hasEvent) continue;
      // Move it to the end, so that a busy member does not keep the others waiting.
      this.members.delete(member);
      this.members.add(member);
      return member.takeEvent();
    }
    return undefined;
  }

  /** @throws TENON_WASM_ABI if it is still in use. */
  mustBeUnused(subject: string): void {
    if (this.members.size > 0) throw abiViolation(subject, "waitable-set.drop on a set that still has members");
    if (this.waiting.size > 0) throw abiViolation(subject, "waitable-set.drop on a set that a task is waiting for");
  }
}
