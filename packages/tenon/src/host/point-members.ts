import { type Contract, describe } from "../contract/core.js";
import { failureListenerThrew, notAMember } from "../errors/factories/point.js";
import type { TenonError } from "../errors/index.js";
import { type Arrangement, ArrangingMemory, arrangeRanked, insertRanked, ranked } from "./order.js";
import type { PointMember, PointOptions } from "./point-types.js";

/** The plugins of a point. Everything derived from them stores the version that it was derived from. */
export class Members {
  /** Counts changes. A plain field, because every call of a point reads it. */
  version = 0;
  readonly #present = new Set<PointMember>();
  readonly #contract: Contract;
  readonly #onFailure: PointOptions["onMemberFailure"];
  readonly #reported = new WeakMap<PointMember, string>();
  readonly #memory = new ArrangingMemory<PointMember>();
  #ranked: PointMember[] | undefined;
  #arrangement: Arrangement<PointMember> | undefined;

  constructor(contract: Contract, onFailure: PointOptions["onMemberFailure"]) {
    this.#contract = contract;
    this.#onFailure = onFailure;
  }

  add(member: PointMember): void {
    expectMember(member);
    if (this.#present.has(member)) return;
    this.#present.add(member);
    if (this.#ranked !== undefined) insertRanked(this.#ranked, member);
    this.#change();
  }

  remove(member: PointMember): boolean {
    const was = this.#present.delete(member);
    if (!was) return false;
    // By identity: its name and priority may have changed.
    this.#ranked?.splice(this.#ranked.indexOf(member), 1);
    this.#change();
    return true;
  }

  has(member: PointMember): boolean {
    return this.#present.has(member);
  }

  /** Names, priorities, requirements, versions or functions may have changed. */
  refresh(): void {
    this.#ranked = undefined;
    this.#change();
  }

  #change(): void {
    this.version++;
    this.#arrangement = undefined;
  }

  /** The order, computed on first use after a change. */
  get arrangement(): Arrangement<PointMember> {
    if (this.#arrangement !== undefined) return this.#arrangement;
    this.#ranked ??= ranked([...this.#present]);
    const arrangement = arrangeRanked(this.#ranked, this.#memory);
    this.#arrangement = arrangement;
    try {
      callListener(this.#contract, () => {
        for (const [member, error] of arrangement.leftOut) this.#report(member, error);
      });
    } catch (error) {
      this.#arrangement = undefined;
      throw error;
    }
    return arrangement;
  }

  // A problem that stays the same across changes is reported once.
  #report(member: PointMember, error: TenonError): void {
    if (this.#reported.get(member) === error.message) return;
    this.#onFailure?.(member, error, undefined);
    this.#reported.set(member, error.message);
  }
}

/** Calls `onMemberFailure` so that its exceptions are not mistaken for a plugin's. */
export function callListener(contract: Contract, listener: () => void): void {
  try {
    listener();
  } catch (cause) {
    throw failureListenerThrew(contract.id, cause instanceof Error ? cause.message : describe(cause), cause);
  }
}

function expectMember(member: PointMember): void {
  const problem =
    typeof member !== "object" || member === null || typeof member.callable !== "function"
      ? `expected a plugin, got ${describe(member)}`
      : typeof member.name !== "string"
        ? `expected the plugin's name to be a string, got ${describe(member.name)}`
        : typeof member.priority !== "number" || Number.isNaN(member.priority)
          ? `expected the priority of plugin "${member.name}" to be a number, got ${describe(member.priority)}`
          : typeof member.requires !== "object" || member.requires === null
            ? `expected what plugin "${member.name}" requires to be an object of version ranges, got ${describe(member.requires)}`
            : undefined;
  if (problem !== undefined) throw notAMember(problem);
}
