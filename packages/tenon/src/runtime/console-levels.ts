import type { LogLevel } from "./instance.js";

const levels = { trace: "trace", debug: "debug", warn: "warn", error: "error", assert: "error" } as const;

/**
 * Makes the methods of a console say how severe what they print is, while they print it. Everything else that they do stays as it
 * is: an object is the same text, on the same stream.
 *
 * @returns a function that returns the level of what is being printed; `undefined` for that of its stream.
 */
export function withLevels(console: Console): () => LogLevel | undefined {
  let printing: LogLevel | undefined;
  for (const [name, level] of Object.entries(levels) as [keyof typeof levels, LogLevel][]) {
    const print = console[name] as (...parameters: unknown[]) => void;
    console[name] = (...parameters: unknown[]) => {
      const outer = printing;
      // `trace` prints by calling `error`.
      printing ??= level;
      try {
        print.apply(console, parameters);
      } finally {
        printing = outer;
      }
    };
  }
  return () => printing;
}

// A process prints to pipes, which carry text only. Lines of a level that is not that of their stream begin with it, between two
// characters that no text has. A plugin that writes them itself chooses the level of its own line.
const mark = "\u001e";
const marked = new RegExp(`^${mark}(trace|debug|info|warn|error)${mark}`);
const anyMark = new RegExp(`${mark}(?:trace|debug|info|warn|error)${mark}`, "g");

/** Marks each line of what is printed with its level. */
export function markLines(text: string, level: LogLevel): string {
  const begin = `${mark}${level}${mark}`;
  return text.replace(/[^\n]*\n|[^\n]+$/g, (line) => begin + line);
}

/** Returns the text of a line without its mark, and the level that it says. */
export function readMark(text: string): { readonly text: string; readonly level?: LogLevel } {
  const found = text.startsWith(mark) ? marked.exec(text) : null;
  return found === null ? { text } : { text: text.slice(found[0].length), level: found[1] as LogLevel };
}

/** Returns text without marks. */
export function withoutMarks(text: string): string {
  return text.includes(mark) ? text.replace(anyMark, "") : text;
}
