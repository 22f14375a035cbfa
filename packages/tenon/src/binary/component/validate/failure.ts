import { errors, type TenonError } from "../../../errors/index.js";

/** A component that breaks a rule of the component model, at a byte of its file. */
export function invalid(what: string, offset: number): TenonError {
  return errors.TENON_COMPONENT_INVALID({ message: `${what} (at byte 0x${offset.toString(16)})` });
}

/** What a component may make the validator do: types that refer to each other can be small in bytes and vast in meaning. */
const largestWork = 20_000_000;

/** Counts steps of the validator, so that no component keeps it busy for long. */
export class Work {
  #done = 0;
  #offset = 0;

  /** The definition that is being checked. */
  at(offset: number): void {
    this.#offset = offset;
  }

  /** @throws TENON_COMPONENT_INVALID when more was done than any sensible component needs */
  spend(steps: number): void {
    this.#done += steps;
    if (this.#done > largestWork) throw invalid("the component's types are too large to be checked", this.#offset);
  }
}
