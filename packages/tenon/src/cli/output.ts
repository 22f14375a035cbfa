import { once } from "node:events";
import type { WriteStream } from "node:tty";
import { type Colours, makeColours, usesColour } from "./colour.js";

/** What the global options say about the output. */
export interface OutputOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly color: boolean | undefined;
}

/**
 * Where commands write. Results go to stdout, everything else (logs, progress, remarks) to stderr, so that a result can
 * be piped. With `--json` stdout carries JSON documents only.
 */
export class Output {
  readonly json: boolean;
  readonly verbose: boolean;
  /** For stdout. */
  readonly colours: Colours;
  /** For stderr. */
  readonly noteColours: Colours;
  #status = "";

  constructor(options: OutputOptions) {
    const choice = { asked: options.color, environment: process.env };
    this.json = options.json;
    this.verbose = options.verbose;
    this.colours = makeColours(!options.json && usesColour(choice, this.isTerminal));
    this.noteColours = makeColours(usesColour(choice, this.isNoteTerminal));
  }

  get isTerminal(): boolean {
    return process.stdout.isTTY === true;
  }

  get isNoteTerminal(): boolean {
    return process.stderr.isTTY === true;
  }

  /** Columns of the terminal, or 100 where there is none. */
  get width(): number {
    return (process.stdout as WriteStream).columns ?? 100;
  }

  /** A line of the result. */
  line(text = ""): void {
    this.#hideStatus();
    process.stdout.write(`${text}\n`);
    this.#showStatus();
  }

  /** A part of the result as it is. Waits while the reader is slower than the writer. */
  async write(part: string | Uint8Array): Promise<void> {
    this.#hideStatus();
    const isAccepted = process.stdout.write(part);
    this.#showStatus();
    if (!isAccepted) await once(process.stdout, "drain");
  }

  /** A JSON document: indented for a terminal, on one line for programs. */
  document(value: unknown): void {
    this.line(JSON.stringify(value, null, this.isTerminal ? 2 : undefined));
  }

  /** A line for the reader, not for the next program. */
  note(text: string): void {
    this.#hideStatus();
    process.stderr.write(`${text}\n`);
    this.#showStatus();
  }

  /** Shows one line below everything else, or with an empty text nothing. For a terminal only. */
  status(text: string): void {
    this.#hideStatus();
    this.#status = text;
    this.#showStatus();
  }

  #hideStatus(): void {
    if (this.#status !== "") process.stderr.write("\r\x1b[2K");
  }

  #showStatus(): void {
    if (this.#status !== "") process.stderr.write(this.#status);
  }
}
