import { type EngineFrame, engineFrames, mostFrames, withDeepStacks } from "./engine-frames.js";
import { reportsFailure } from "./guest-frames.js";

/** What a language's library printed before it stopped the plugin. */
interface PrintedFailure {
  text: string;
  /** Where it was printed. */
  readonly frames: readonly EngineFrame[];
}

const longestText = 4096;
/** What is kept of the text before, because a library may print its report in several pieces. */
const keptText = 256;
const longestReport = 2000;

/** The beginning of a report of Rust's standard library, and of C's `assert`. */
const beginning = /^thread '.*' (?:\(\d+\) )?panicked at |^Assertion failed: /m;

let latest: PrintedFailure | undefined;

/** What {@link PrintedFailures} needs of an instance. */
interface PrintingState {
  readonly mayEnter: boolean;
  readonly reentrant: boolean;
  printed: string;
}

/** Notices what a plugin prints to its standard error before it stops. */
export class PrintedFailures {
  readonly #states: () => readonly PrintingState[];
  readonly #decoder = new TextDecoder();
  #before = "";
  #printed: PrintedFailure | undefined;

  /** @param states the instances of the plugin. */
  constructor(states: () => readonly PrintingState[] = () => []) {
    this.#states = states;
  }

  /** Called with everything that the plugin prints, while its code is on the stack. */
  printed(bytes: Uint8Array): void {
    for (const state of this.#states())
      if (!state.mayEnter || state.reentrant) state.printed = endOf(state.printed, bytes);
    const text = this.#decoder.decode(bytes.subarray(0, longestText), { stream: bytes.length <= longestText });
    if (this.#printed !== undefined && this.#printed === latest) {
      latest.text = (latest.text + text).slice(0, longestText);
      return;
    }
    const whole = this.#before + text;
    const start = whole.search(beginning);
    this.#before = start < 0 ? whole.slice(-keptText) : "";
    if (start >= 0) this.#printed = note(whole.slice(start));
  }
}

function note(text: string): PrintedFailure {
  const stack = withDeepStacks(() => new Error("printed").stack ?? "");
  const noted: PrintedFailure = { text, frames: engineFrames(stack) };
  latest = noted;
  recordDeeply();
  // A failure that stops the plugin does so before anything else runs; where calls can wait, the promise of the call tells.
  setImmediate(() => {
    if (latest === noted) latest = undefined;
  });
  return noted;
}

/** Lets the trap that follows be recorded with the author's functions in it: a panic of Rust would fill what is usual. */
function recordDeeply(): void {
  const { stackTraceLimit } = Error;
  if (stackTraceLimit >= mostFrames) return;
  try {
    Error.stackTraceLimit = mostFrames;
  } catch {
    // The host has frozen its built-in objects.
    return;
  }
  queueMicrotask(() => {
    if (Error.stackTraceLimit === mostFrames) Error.stackTraceLimit = stackTraceLimit;
  });
}

const decoder = new TextDecoder();

function endOf(before: string, bytes: Uint8Array): string {
  return (before + decoder.decode(bytes.subarray(-keptText))).slice(-keptText);
}

/**
 * Returns what the plugin printed about a failure, if it was printed by the call that has failed, on the way to where it failed:
 * `panicked at src/lib.rs:1:2: the message`.
 *
 * @param stack of the trap.
 * @param printed the end of what the call has printed, if that is known: what a program prints before it calls `abort` says why.
 */
export function printedFailure(stack: string | undefined, printed = ""): string | undefined {
  const noted = latest;
  latest = undefined;
  if (noted === undefined && printed === "") return undefined;
  const frames = engineFrames(stack ?? "");
  if (noted !== undefined && isOnTheWay(noted.frames, frames)) return reportIn(noted.text);
  const last = printed.split("\n").findLast((line) => line.trim() !== "");
  return last === undefined || frames[0]?.name !== "abort"
    ? undefined
    : `aborted after printing: ${clean(last.trim())}`;
}

/**
 * Whether a function that reports failures first printed, and then stopped: both stacks show it, at different places, and below
 * it the same calls.
 */
function isOnTheWay(printed: readonly EngineFrame[], trapped: readonly EngineFrame[]): boolean {
  return trapped.some((at, index) => {
    // Without names, the calls below have to do.
    if (at.name !== "" && !reportsFailure(at.name)) return false;
    return printed.some((each, start) => {
      if (each.module !== at.module || each.function !== at.function) return false;
      const below = trapped.slice(index + 1);
      const others = printed.slice(start + 1);
      const length = Math.min(below.length, others.length);
      return length > 0 && below.slice(0, length).every(({ where }, depth) => where === others[depth]!.where);
    });
  });
}

/** Returns the report in what a plugin printed: place and message, without advice on how to see more. */
export function reportIn(text: string): string | undefined {
  const start = text.search(beginning);
  if (start < 0) return undefined;
  const [first = "", ...lines] = text.slice(start).split("\n");
  if (!first.startsWith("thread ")) return clean(first);
  const end = lines.findIndex((line) => line.startsWith("note: "));
  const message = lines
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trimEnd();
  const place = first.replace(/^.*? panicked at /, "panicked at ").replace(/:$/, "");
  return clean(message === "" ? place : `${place}: ${message}`);
}

/** The text is the plugin's: it may be long, or contain control characters of a terminal. */
function clean(text: string): string {
  return text.slice(0, longestReport).replace(/[^\P{C}\n\t]/gu, "?");
}
