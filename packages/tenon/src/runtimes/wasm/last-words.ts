import type { LogLine } from "../../runtime/index.js";

const mostLines = 40;

/** What a plugin writes to its standard error while it is loaded: what it says there last tells why it failed. */
export class LastWords {
  #lines: string[] | undefined = [];

  push({ stream, text }: LogLine): void {
    if (stream !== "stderr" || this.#lines === undefined || this.#lines.length >= mostLines) return;
    this.#lines.push(text);
  }

  /** Loading has gone well: what comes now is the log's alone. */
  end(): void {
    this.#lines = undefined;
  }

  get text(): string {
    return (this.#lines ?? []).join("\n");
  }
}
