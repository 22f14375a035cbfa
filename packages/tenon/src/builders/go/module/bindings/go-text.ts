/** Go source in the making: lines with their indentation. */
export class GoText {
  readonly #lines: string[] = [];
  #depth = 0;
  #variables = 0;

  /** The number of the next line, from 1 on. */
  get next(): number {
    return this.#lines.length + 1;
  }

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : "\t".repeat(this.#depth) + text);
  }

  /** `head` and what `body` writes, one step further in, and the closing brace. */
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

  /** A documentation comment of the contract's, if there is one. */
  docs(docs: string | undefined): void {
    for (const line of docs?.split("\n") ?? []) this.line(`// ${line}`.trimEnd());
  }

  /** A name for a local variable that nothing else has. */
  variable(): string {
    return `v${this.#variables++}`;
  }

  /** All that was written, with a line break at its end. */
  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
