import type { LogLine } from "../../runtime/index.js";

const mostLines = 40;

/** Records what a plugin writes to its standard error while it is loaded, which often says why loading failed. */
export class StderrRecorder {
  #lines: string[] | undefined = [];

  record({ stream, text }: LogLine): void {
    if (stream !== "stderr" || this.#lines === undefined || this.#lines.length >= mostLines) return;
    this.#lines.push(text);
  }

  /** Stops recording, and discards the text: loading has succeeded. */
  stop(): void {
    this.#lines = undefined;
  }

  get text(): string {
    return (this.#lines ?? []).join("\n");
  }
}
