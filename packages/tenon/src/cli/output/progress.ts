import type { Output } from "./output.js";

/** Work that takes less than this shows nothing. */
const delay = 1000;
const frameInterval = 100;
/** The least time between two lines where a line cannot be rewritten. */
const lineInterval = 5000;
const frames = ["|", "/", "-", "\\"];

/** Takes the step that is running now: `compiling 3 packages`. */
export type ReportStep = (step: string) => void;

/**
 * Runs work and shows on stderr what it does, if it takes more than a second: on a terminal one line that is rewritten in
 * place with the elapsed seconds, elsewhere a line every few seconds at most. Shows nothing with `--json` or `--quiet`.
 *
 * @param doing what is done, as `building plugins/greeter`
 * @param work reports its steps to the callback, or to `output.reportStep` where it cannot get the callback
 */
export async function withProgress<T>(
  output: Output,
  doing: string,
  work: (report: ReportStep) => Promise<T>,
): Promise<T> {
  if (!output.showsProgress) return work(() => {});
  const progress = output.isNoteTerminal ? new StatusLine(output, doing) : new PlainLines(output, doing);
  const outer = output.reportStep;
  output.reportStep = (step) => progress.report(step);
  try {
    return await work(output.reportStep);
  } finally {
    output.reportStep = outer;
    progress.end();
  }
}

class StatusLine {
  readonly #output: Output;
  readonly #doing: string;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout;
  #step: string | undefined;
  #frame = 0;

  constructor(output: Output, doing: string) {
    this.#output = output;
    this.#doing = doing;
    this.#timer = setTimeout(() => {
      this.#draw();
      this.#timer = setInterval(() => this.#draw(), frameInterval);
    }, delay);
  }

  report(step: string): void {
    this.#step = step;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#output.status("");
  }

  #draw(): void {
    const output = this.#output;
    const frame = frames[this.#frame++ % frames.length];
    const text = `${frame} ${progressText(this.#doing, this.#step, this.#started)}`;
    output.status(output.noteColours.dim(text.slice(0, output.noteWidth - 1)));
  }
}

class PlainLines {
  readonly #output: Output;
  readonly #doing: string;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #step: string | undefined;
  /** Whether there is a step that no line has shown yet. */
  #isNew = true;

  constructor(output: Output, doing: string) {
    this.#output = output;
    this.#doing = doing;
    this.#timer = setTimeout(() => this.#write(), delay);
  }

  report(step: string): void {
    if (step === this.#step) return;
    this.#step = step;
    this.#isNew = true;
    if (this.#timer === undefined) this.#write();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #write(): void {
    this.#timer = undefined;
    if (!this.#isNew) return;
    this.#isNew = false;
    this.#output.note(progressText(this.#doing, this.#step, this.#started));
    this.#timer = setTimeout(() => this.#write(), lineInterval);
  }
}

function progressText(doing: string, step: string | undefined, started: number): string {
  const seconds = Math.floor((performance.now() - started) / 1000);
  return `${doing} (${seconds} s)${step === undefined ? "" : `: ${oneLine(step)}`}`;
}

/** Steps may quote tools: nothing in them may move the cursor. */
function oneLine(step: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  return step.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim();
}
