import { abiError } from "../trap.js";

/** What a guest is told of. Source: Component Model, CanonicalABI.md, "EventCode". */
export const eventCodes = {
  none: 0,
  subtask: 1,
  streamRead: 2,
  streamWrite: 3,
  futureRead: 4,
  futureWrite: 5,
  taskCancelled: 6,
} as const;

/** The code, the waitable's number, and what happened to it. */
export type Event = readonly [code: number, index: number, payload: number];

/** Something in the table of an instance that it can wait for. */
export class Waitable {
  /** What has happened and was not told yet. Made when it is told, since more may happen until then. */
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

  /** For code that waits where it stands. */
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

  /** Moves it to a set, or out of any. */
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
  /** Called, in turn, when a member may have an event. Each removes itself when it has taken one. */
  readonly waiting = new Set<() => void>();

  get hasEvent(): boolean {
    for (const member of this.members) if (member.hasEvent) return true;
    return false;
  }

  wake(): void {
    for (const waiter of this.waiting) waiter();
  }

  /** The event that was announced by one of the members, if any was. */
  takeEvent(): Event | undefined {
    for (const member of this.members) {
      if (!member.hasEvent) continue;
      // To the end of the line, so that a busy member does not keep the others waiting.
      this.members.delete(member);
      this.members.add(member);
      return member.takeEvent();
    }
    return undefined;
  }

  /** @throws TENON_WASM_ABI when it is still in use. */
  mustBeUnused(subject: string): void {
    if (this.members.size > 0) throw abiError(subject, "it drops a waitable set that has members");
    if (this.waiting.size > 0) throw abiError(subject, "it drops a waitable set that a task waits for");
  }
}
