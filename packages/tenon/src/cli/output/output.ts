import { once } from "node:events";
import { type Colours, makeColours, usesColour } from "../../terminal/colour.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import type { OutputStream, Terminal } from "./terminal.js";

/** The global options. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  /** `--color` or `--no-color`, if one was given. */
  readonly color?: boolean;
}

const noInput: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };
const noColours = makeColours(false);

/**
 * Where commands write. Results go to stdout, everything else (logs, progress, notes) to stderr, so that a result can be
 * piped. With `--json`, stdout carries only JSON documents.
 */
export class Output {
  /** What the program exits with when the command is done. */
  exitCode: number = exitCodes.fits;
  json = false;
  verbose = false;
  /** Whether to show progress. */
  showsProgress = true;
  /** Takes each step of the work that is running now, to show it as progress. */
  reportStep: (step: string) => void = () => {};
  /** For stdout. */
  colours: Colours = noColours;
  /** For stderr. */
  noteColours: Colours = noColours;
  readonly #terminal: Terminal;
  #status = "";

  constructor(terminal: Terminal, options: OutputOptions = {}) {
    this.#terminal = terminal;
    this.configure(options);
  }

  /** Applies the global options of the command line. */
  configure({ json = false, verbose = false, quiet = false, color }: OutputOptions): void {
    const { environment } = this.#terminal;
    const debug = environment.DEBUG ?? "";
    const choice = { asked: color, environment };
    this.json = json;
    this.verbose = verbose || (debug !== "" && debug !== "0");
    this.showsProgress = !json && !quiet;
    this.colours = makeColours(!json && usesColour(choice, this.isTerminal));
    this.noteColours = makeColours(usesColour(choice, this.isNoteTerminal));
  }

  get isTerminal(): boolean {
    return this.#terminal.stdout.isTTY === true;
  }

  get isNoteTerminal(): boolean {
    return this.#terminal.stderr.isTTY === true;
  }

  /** Columns for results; 100 if stdout is not a terminal. */
  get width(): number {
    return widthOf(this.#terminal.stdout);
  }

  /** Columns for notes. */
  get noteWidth(): number {
    return widthOf(this.#terminal.stderr);
  }

  /** Writes a line of the result. */
  line(text = ""): void {
    this.#hideStatus();
    this.#terminal.stdout.write(`${text}\n`);
    this.#showStatus();
  }

  /** Writes a part of the result unchanged. Waits while the reader is slower than the writer. */
  async write(part: string | Uint8Array): Promise<void> {
    const { stdout } = this.#terminal;
    this.#hideStatus();
    const isAccepted = stdout.write(part);
    this.#showStatus();
    if (!isAccepted) await once(stdout, "drain");
  }

  /** Writes what a program printed to its standard error. Waits while the reader is slower than the writer. */
  async writeError(part: Uint8Array): Promise<void> {
    const { stderr } = this.#terminal;
    if (!stderr.write(part)) await once(stderr, "drain");
  }

  /** The standard input. */
  get input(): AsyncIterable<Uint8Array> {
    return (this.#terminal.stdin as AsyncIterable<Uint8Array> | undefined) ?? noInput;
  }

  get environment(): Readonly<Record<string, string | undefined>> {
    return this.#terminal.environment;
  }

  /** Whether somebody can answer a question. */
  get canAsk(): boolean {
    return !this.json && this.isNoteTerminal && this.#terminal.stdin?.isTTY === true;
  }

  /** Asks a question. Returns the line that is typed; `undefined` if the input ends. */
  async ask(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.#terminal;
    if (stdin === undefined) return undefined;
    const { createInterface } = await import("node:readline");
    this.#hideStatus();
    stderr.write(question);
    // Without its own editing, Ctrl-C still ends the program, and what follows can be read by the plugin.
    const reader = createInterface({ input: stdin, terminal: false });
    try {
      return await new Promise((resolve) => {
        reader.once("line", resolve);
        reader.once("close", () => {
          stderr.write("\n");
          resolve(undefined);
        });
      });
    } finally {
      reader.removeAllListeners("close");
      reader.close();
    }
  }

  /** Writes a JSON document: indented for a terminal, on one line for programs. */
  document(value: unknown): void {
    this.line(JSON.stringify(value, null, this.isTerminal ? 2 : undefined));
  }

  /** Writes a line for the reader, not for the next program. */
  note(text: string): void {
    this.#hideStatus();
    this.#terminal.stderr.write(`${text}\n`);
    this.#showStatus();
  }

  /** Shows one line below everything else, or removes it if the text is empty. Only for a terminal. */
  status(text: string): void {
    this.#hideStatus();
    this.#status = text;
    this.#showStatus();
  }

  #hideStatus(): void {
    if (this.#status !== "") this.#terminal.stderr.write("\r\x1b[2K");
  }

  #showStatus(): void {
    if (this.#status !== "") this.#terminal.stderr.write(this.#status);
  }
}

function widthOf({ columns }: OutputStream): number {
  return columns ?? 100;
}
