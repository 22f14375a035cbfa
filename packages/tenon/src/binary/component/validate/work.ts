import { invalidComponent } from "../../../errors/factories/binary.js";

/** The most steps that one component may cost: types that refer to each other can be few bytes and a huge tree. */
const mostSteps = 20_000_000;

/** Counts the validator's steps, so that a hostile component cannot keep it busy for long. */
export class Work {
  #done = 0;
  #offset = 0;

  /** Sets the definition that is being checked, for the error message. */
  at(offset: number): void {
    this.#offset = offset;
  }

  /** @throws TENON_COMPONENT_INVALID after more steps than any sensible component needs */
  spend(steps: number): void {
    this.#done += steps;
    if (this.#done > mostSteps) throw invalidComponent("the component's types are too large to check", this.#offset);
  }
}
