import { describe } from "../../contract/index.js";
import { argumentInvalid } from "../../errors/factories/command-argument.js";
import type { TenonError } from "../../errors/index.js";

/** The position of a value on the command line: the argument, and the path inside it. */
export class ArgumentPosition {
  readonly #argument: string;
  readonly #form: string;
  readonly #path: string;

  /** @param form how to write the whole argument */
  constructor(argument: string, form: string, path = "") {
    this.#argument = argument;
    this.#form = form;
    this.#path = path;
  }

  field(name: string): ArgumentPosition {
    return new ArgumentPosition(this.#argument, this.#form, this.#path === "" ? name : `${this.#path}.${name}`);
  }

  item(index: number): ArgumentPosition {
    return new ArgumentPosition(this.#argument, this.#form, `${this.#path}[${index}]`);
  }

  /** Returns the error for a value that is not what the contract says. */
  mismatch(expected: string, found: unknown, fix?: string): TenonError {
    return this.problem(`expected ${expected}, got ${describe(found)}`, fix);
  }

  problem(what: string, fix?: string, cause?: unknown): TenonError {
    const where = this.#path === "" ? this.#argument : `${this.#argument} at ${this.#path}`;
    return argumentInvalid(where, what, fix ?? `Write the argument as ${this.#form}.`, cause);
  }
}
