import type { LogLine, LogRecord } from "../runtime/index.js";

/** Completes a line of a plugin's log. */
export function logRecord(line: LogLine): LogRecord {
  const { stream, text, level = stream === "stderr" ? "warn" : "info", time = Date.now(), fields } = line;
  return { stream, text, level, time, ...(fields === undefined ? {} : { fields }) };
}
