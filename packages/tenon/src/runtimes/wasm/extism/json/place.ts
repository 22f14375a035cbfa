/** Where in a JSON value something stands, for messages; thrown mismatches name it. */
export class Place {
  readonly #path: string;

  constructor(path = "") {
    this.#path = path;
  }

  at(key: string | number): Place {
    return new Place(typeof key === "number" ? `${this.#path}[${key}]` : `${this.#path}.${key}`);
  }

  /** What to throw when something else stands here. */
  expected(what: string, found: unknown): Mismatch {
    const text = JSON.stringify(found) ?? "nothing";
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return new Mismatch(
      `${this.#path === "" ? "" : `${this.#path.replace(/^\./, "")}: `}expected ${what}, got ${shown}`,
    );
  }
}

/** A JSON value that is none of the type. Never leaves this folder's callers uncoded. */
export class Mismatch extends Error {}
