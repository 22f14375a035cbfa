import type { LogLevel, LogRecord } from "../runtime/index.js";
import { logLevels } from "../runtime/log-fields.js";
import type { Host } from "./host.js";

/** A logger with a method for each level, which takes an object and a text: pino, bunyan, Fastify's `log`. */
export type ObjectLogger = Readonly<Record<LogLevel, (object: object, text: string) => void>>;

/**
 * Passes what plugins log to a logger, such as pino's. Each line has the name of the plugin and its stream; its fields are in `fields`, so
 * that a plugin cannot set those of the logger itself.
 *
 * ```ts
 * const stop = logTo(host, pino());
 * ```
 *
 * @returns a function that stops it.
 */
export function logTo(host: Pick<Host, "on">, logger: ObjectLogger): () => void {
  return host.on("log", ({ name, line: { stream, level, time, text, fields } }) =>
    logger[level]({ plugin: name, stream, written: time, ...(fields === undefined ? {} : { fields }) }, text),
  );
}

export interface ConsoleLogOptions {
  /** The least severe level that is shown. Default `info`. */
  readonly level?: LogLevel;
  /** Where it is written. Default: `process.stderr`. */
  readonly stream?: Pick<NodeJS.WritableStream, "write"> & { readonly isTTY?: boolean };
  /** Default: on a terminal, unless NO_COLOR is set. */
  readonly colour?: boolean;
}

/**
 * Writes what plugins log for people: time, level, name, text and fields on one line. No character of a plugin reaches the terminal as
 * anything but text.
 *
 * @returns a function that stops it.
 */
export function logToConsole(host: Pick<Host, "on">, options: ConsoleLogOptions = {}): () => void {
  const { level: least = "info", stream = process.stderr } = options;
  const colour = options.colour ?? (stream.isTTY === true && (process.env.NO_COLOR ?? "") === "");
  return host.on("log", ({ name, line }) => {
    if (logLevels.indexOf(line.level) < logLevels.indexOf(least)) return;
    const time = new Date(line.time).toISOString().slice(11, 23);
    const level = line.level.toUpperCase().padEnd(5);
    const paint = (code: string, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
    stream.write(
      `${paint(dim, time)} ${paint(colours[line.level], level)} ${paint(dim, `[${escaped(name)}]`)} ${lineText(line)}\n`,
    );
  });
}

const dim = "2";
const colours = { trace: "90", debug: "90", info: "32", warn: "33", error: "31" } as const;

/** Returns the text and the fields of a line as one line for a terminal. */
export function lineText({ text, fields = {} }: Pick<LogRecord, "text" | "fields">): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  return escaped([text, ...parts].join(" "));
}

function fieldText(value: unknown): string {
  return typeof value === "string" && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

// Control characters but tabs, and what changes the order of what is read.
const controls = /[^\t\P{Cc}]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Returns text in which nothing controls a terminal. */
export function escaped(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}
