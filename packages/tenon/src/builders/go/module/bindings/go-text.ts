/** Collects the lines of a Go source, with their indentation. */
export class GoText {
  readonly #lines: string[] = [];
  #depth = 0;
  #variables = 0;

  /** The number of the next line, counting from 1. */
  get next(): number {
    return this.#lines.length + 1;
  }

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : "\t".repeat(this.#depth) + text);
  }

  /** Writes `head`, then what `body` writes with more indentation, then the closing brace. */
  block(head: string, body: () => void, tail = "}"): void {
    this.line(head);
    this.indented(body);
    this.line(tail);
  }

  indented(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** Writes documentation from the contract as a comment, if there is any. */
  docs(docs: string | undefined): void {
    for (const line of docs?.split("\n") ?? []) this.line(`// ${line}`.trimEnd());
  }

  /** Returns a unique name for a local variable. */
  variable(): string {
    return `v${this.#variables++}`;
  }

  /** Everything that was written, with a final line break. */
  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
