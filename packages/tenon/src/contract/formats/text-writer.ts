/** Collects lines of text at the current indentation. */
export class TextWriter {
  readonly #lines: string[] = [];
  #level = 0;

  line(text: string): this {
    this.#lines.push(text === "" ? "" : "  ".repeat(this.#level) + text);
    return this;
  }

  /** Writes an empty line, unless there is one already or a block has just begun. */
  gap(): this {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== "" && !last.endsWith("{")) this.#lines.push("");
    return this;
  }

  block(opening: string, body: () => void, closing = "}"): this {
    this.line(opening);
    this.#level++;
    body();
    this.#level--;
    return this.line(closing);
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Splits documentation into lines that are safe inside a comment: no line endings of any kind, no control characters. */
export function docLines(docs: string): string[] {
  return docs
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/\p{Cc}/gu, " ").trimEnd());
}
