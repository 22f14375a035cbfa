import type { LogLine } from "../../runtime/index.js";

const mostLines = 40;

/** Records what a plugin writes to its standard error while it is loaded, which often says why loading failed. */
export class LastWords {
  #lines: string[] | undefined = [];

  push({ stream, text }: LogLine): void {
    if (stream !== "stderr" || this.#lines === undefined || this.#lines.length >= mostLines) return;
    this.#lines.push(text);
  }

  /** Stops recording, and discards the text: loading has succeeded. */
  end(): void {
    this.#lines = undefined;
  }

  get text(): string {
    return (this.#lines ?? []).join("\n");
  }
}
