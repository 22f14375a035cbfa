import type { TenonError } from "../../../errors/index.js";
import type { BorrowType, FutureType, OwnType, StreamType } from "../../model/model.js";
import { describe } from "../../validate/index.js";

/** The types whose values are not data. */
export type ReferenceType = OwnType | BorrowType | StreamType | FutureType;

/** What is different wherever values are read from JSON: a command line has other bytes and other errors than a protocol. */
export interface ValueSource {
  /** Reads the text in the place of bytes. @throws what {@link ValuePosition.problem} returns */
  readonly bytes: (text: string, position: ValuePosition) => Uint8Array;
  /** How bytes are written, for messages. */
  readonly bytesForm: string;
  /** Reads what is in the place of a handle, a stream or a future, or throws. */
  readonly reference: (type: ReferenceType, json: unknown, position: ValuePosition) => unknown;
  /** Returns `; did you mean "x"?`, or an empty text. */
  readonly near: (name: string, candidates: Iterable<string>) => string;
  /** Makes the error of a part that does not fit. @param path such as `homes[0].street`; empty for the whole value */
  readonly error: (path: string, problem: string, fix: string | undefined, cause: unknown) => TenonError;
}

/** The position of a part inside a value. */
export class ValuePosition {
  readonly source: ValueSource;
  readonly #within: ValuePosition | undefined;
  readonly #key: string | number;
  /** How often the part is inside another one of its recursive type. */
  readonly depth: number;

  constructor(source: ValueSource, within?: ValuePosition, key: string | number = "", depth = within?.depth ?? 0) {
    this.source = source;
    this.#within = within;
    this.#key = key;
    this.depth = depth;
  }

  /** The same position, inside one more of its recursive type. */
  deeper(): ValuePosition {
    return new ValuePosition(this.source, this.#within, this.#key, this.depth + 1);
  }

  field(name: string): ValuePosition {
    return new ValuePosition(this.source, this, name);
  }

  item(index: number): ValuePosition {
    return new ValuePosition(this.source, this, index);
  }

  get path(): string {
    if (this.#within === undefined) return "";
    const outer = this.#within.path;
    if (typeof this.#key === "number") return `${outer}[${this.#key}]`;
    if (!/^[\w$-]{1,100}$/.test(this.#key)) return `${outer}[${JSON.stringify(this.#key.slice(0, 100))}]`;
    return outer === "" ? this.#key : `${outer}.${this.#key}`;
  }

  /** Returns the error for a value that is not what the contract says. */
  mismatch(expected: string, found: unknown, fix?: string): TenonError {
    return this.problem(`expected ${expected}, got ${describe(found)}`, fix);
  }

  problem(what: string, fix?: string, cause?: unknown): TenonError {
    return this.source.error(this.path, what, fix, cause);
  }
}
