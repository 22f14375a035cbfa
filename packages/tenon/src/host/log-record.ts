import type { LogFields, LogLevel, LogLine, LogRecord } from "../runtime/index.js";
import { logFields, logLevels } from "../runtime/log-fields.js";
import { type LogFormat, readJsonLine } from "./log-json.js";

/** How a host reads what its plugins log. */
export interface LogReading {
  /** What the lines of stdout and stderr are. */
  readonly format: LogFormat;
  /** The names of fields whose values no listener gets. */
  readonly redact: readonly string[];
}

const hidden = "[redacted]";

/**
 * Completes a line of a plugin's log. The line comes from the plugin: what is not a level or a time counts as absent, and fields are
 * copied within bounds.
 */
export function logRecord(line: LogLine, { format, redact }: LogReading): LogRecord {
  const { stream } = line;
  const written = format === "json" && stream !== "log" ? { ...line, ...readJsonLine(line.text) } : line;
  const fields = fieldsOf(written.fields, redact);
  return {
    stream,
    text: String(written.text),
    level: logLevels.includes(written.level as LogLevel) ? (written.level as LogLevel) : levelOf(stream),
    time: Number.isFinite(written.time) ? (written.time as number) : Date.now(),
    ...(fields === undefined ? {} : { fields }),
  };
}

/**
 * The level of what a program printed and said nothing about. Most programs write all of their own log to stderr, so that `error` would
 * be an alarm for each line of progress, and `info` would hide a panic.
 */
export function levelOf(stream: LogLine["stream"]): LogLevel {
  return stream === "stderr" ? "warn" : "info";
}

function fieldsOf(given: LogFields | undefined, redact: readonly string[]): LogFields | undefined {
  if (given === undefined) return undefined;
  if (redact.length === 0) return logFields(given);
  const paths = redact.map((path) => path.toLowerCase().split("."));
  return logFields(given, (at) => (paths.some((path) => endsWith(at, path)) ? hidden : undefined));
}

/** Whether a path ends with another, whatever the case of its letters: a secret may be at any depth. */
function endsWith(at: readonly string[], path: readonly string[]): boolean {
  const from = at.length - path.length;
  return from >= 0 && path.every((name, index) => at[from + index]?.toLowerCase() === name);
}
