import type { LogFields, LogLevel, LogLine } from "../runtime/index.js";

/** What the lines are that a plugin prints: text, or JSON documents of a logging library. */
export type LogFormat = "text" | "json";

/** Where a line says its level, time and text: hclog (`@…`), then what pino, zap, slog, logrus and bunyan write. */
const names = {
  level: ["@level", "level", "severity", "lvl"],
  time: ["@timestamp", "time", "ts", "timestamp"],
  text: ["@message", "msg", "message"],
} as const;

const words: Readonly<Record<string, LogLevel>> = {
  ...{ trace: "trace", debug: "debug", info: "info", information: "info", notice: "info" },
  ...{ warn: "warn", warning: "warn", error: "error", err: "error", critical: "error", fatal: "error", panic: "error" },
  ...{ dpanic: "error", alert: "error", emergency: "error", off: "error" },
};

type Read = Pick<LogLine, "text" | "level" | "time" | "fields">;

/**
 * Reads a line that is one JSON object with a message. Returns `undefined` for every other line, which then stays as it is: a panic
 * of the same program, a progress bar.
 */
export function readJsonLine(line: string): Read | undefined {
  const parsed = parse(line);
  if (parsed === undefined) return undefined;
  const found = {
    level: nameIn(parsed, names.level),
    time: nameIn(parsed, names.time),
    text: nameIn(parsed, names.text),
  };
  if (found.text === undefined || typeof parsed[found.text] !== "string") return undefined;
  const level = found.level === undefined ? undefined : levelIn(parsed[found.level]);
  const time = found.time === undefined ? undefined : timeIn(parsed[found.time]);
  // What cannot be read as a level or a time stays among the fields.
  const read = [found.text, level === undefined ? undefined : found.level, time === undefined ? undefined : found.time];
  const fields = Object.fromEntries(Object.entries(parsed).filter(([name]) => !read.includes(name))) as LogFields;
  return { text: parsed[found.text] as string, level, time, fields };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{") || !line.trimEnd().endsWith("}")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function nameIn(parsed: object, candidates: readonly string[]): string | undefined {
  return candidates.find((name) => Object.hasOwn(parsed, name));
}

/** A word, or a number of pino and bunyan (10 to 60). */
function levelIn(value: unknown): LogLevel | undefined {
  if (typeof value === "number") {
    if (!(value >= 10 && value <= 60)) return undefined;
    return value < 20 ? "trace" : value < 30 ? "debug" : value < 40 ? "info" : value < 50 ? "warn" : "error";
  }
  if (typeof value !== "string") return undefined;
  // slog writes what is between two of its levels as INFO+2.
  const word = value.toLowerCase().replace(/[+-]\d+$/, "");
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** Text of RFC 3339, milliseconds since the epoch as pino writes them, or seconds as zap does. */
function timeIn(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number(typeof value === "number" ? value : Number.NaN);
  if (!Number.isFinite(time) || time <= 0) return undefined;
  return typeof value === "number" && time < 1e11 ? time * 1000 : time;
}
