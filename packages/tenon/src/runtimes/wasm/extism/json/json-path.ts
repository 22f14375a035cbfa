/** The path of a value inside a JSON document, for messages: `users[3].name`. */
export class JsonPath {
  readonly #path: string;

  constructor(path = "") {
    this.#path = path;
  }

  at(key: string | number): JsonPath {
    return new JsonPath(typeof key === "number" ? `${this.#path}[${key}]` : `${this.#path}.${key}`);
  }

  /** Returns the error for a value at this path that is not what was expected. */
  expected(what: string, found: unknown): JsonTypeMismatch {
    const text = JSON.stringify(found) ?? "nothing";
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return new JsonTypeMismatch(
      `${this.#path === "" ? "" : `${this.#path.replace(/^\./, "")}: `}expected ${what}, found ${shown}`,
    );
  }
}

/** A JSON value that does not have the expected type. Callers of this folder turn it into a coded error. */
export class JsonTypeMismatch extends Error {}
