import { type Contract, describe } from "../contract/core.js";
import { errors, type TenonError } from "../errors/index.js";
import { type Arrangement, arrange } from "./order.js";
import type { PointMember, PointOptions } from "./point-types.js";

/** Who is at a point. Everything that is derived from it remembers the version that it was derived from. */
export class Members {
  /** Counts changes. A plain field: every call of a point reads it. */
  version = 0;
  readonly #present = new Set<PointMember>();
  readonly #contract: Contract;
  readonly #onFailure: PointOptions["onMemberFailure"];
  readonly #told = new WeakMap<PointMember, string>();
  #arrangement: Arrangement<PointMember> | undefined;

  constructor(contract: Contract, onFailure: PointOptions["onMemberFailure"]) {
    this.#contract = contract;
    this.#onFailure = onFailure;
  }

  add(member: PointMember): void {
    expectMember(member);
    if (this.#present.has(member)) return;
    this.#present.add(member);
    this.change();
  }

  remove(member: PointMember): boolean {
    const was = this.#present.delete(member);
    if (was) this.change();
    return was;
  }

  has(member: PointMember): boolean {
    return this.#present.has(member);
  }

  change(): void {
    this.version++;
    this.#arrangement = undefined;
  }

  /** The order, made when it is first asked for after a change. */
  get arrangement(): Arrangement<PointMember> {
    if (this.#arrangement !== undefined) return this.#arrangement;
    const arrangement = arrange([...this.#present]);
    this.#arrangement = arrangement;
    try {
      tell(this.#contract, () => {
        for (const [member, error] of arrangement.leftOut) this.#tell(member, error);
      });
    } catch (error) {
      this.#arrangement = undefined;
      throw error;
    }
    return arrangement;
  }

  // A problem that outlasts other changes is told once.
  #tell(member: PointMember, error: TenonError): void {
    if (this.#told.get(member) === error.message) return;
    this.#onFailure?.(member, error, undefined);
    this.#told.set(member, error.message);
  }
}

/** Runs the listener of the host's user, whose exceptions are told apart from those of plugins. */
export function tell(contract: Contract, listener: () => void): void {
  try {
    listener();
  } catch (cause) {
    throw errors.TENON_IMPORT_THREW({
      message: `point ${contract.id}: onMemberFailure threw: ${cause instanceof Error ? cause.message : describe(cause)}`,
      subject: "onMemberFailure",
      cause,
    });
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
  if (problem !== undefined)
    throw errors.TENON_OPTION_INVALID({ message: `point.add(): ${problem}`, subject: "point.add()" });
}
