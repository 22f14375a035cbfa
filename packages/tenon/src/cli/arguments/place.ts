import { describe } from "../../contract/index.js";
import { type CommandFailure, usageError } from "../command-failure.js";

/** Where a value stands on the command line: the argument, and the place inside it. */
export class Place {
  readonly #argument: string;
  readonly #form: string;
  readonly #path: string;

  /** @param form how the whole argument is written. */
  constructor(argument: string, form: string, path = "") {
    this.#argument = argument;
    this.#form = form;
    this.#path = path;
  }

  field(name: string): Place {
    return new Place(this.#argument, this.#form, this.#path === "" ? name : `${this.#path}.${name}`);
  }

  item(index: number): Place {
    return new Place(this.#argument, this.#form, `${this.#path}[${index}]`);
  }

  /** The error for a value that is not what the contract says. */
  mismatch(expected: string, got: unknown, fix?: string): CommandFailure {
    return this.problem(`expected ${expected}, got ${describe(got)}`, fix);
  }

  problem(what: string, fix?: string, cause?: unknown): CommandFailure {
    const where = this.#path === "" ? this.#argument : `${this.#argument} at ${this.#path}`;
    return usageError(`${where}: ${what}`, fix ?? `Write the argument as ${this.#form}.`, cause);
  }
}
