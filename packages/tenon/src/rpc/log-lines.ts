import type { LogLine } from "../runtime/index.js";
import { logFields, logLevels } from "../runtime/log-fields.js";
import { type Reader, Unreadable, type Writer } from "./codec/index.js";
import { kind } from "./envelope.js";
import type { Link } from "./link.js";
import { readJson } from "./read-json.js";

/** Sends log lines to the other side, as far as there is room for them. */
export class LogLines {
  readonly #link: Link;
  /** Bytes of lines that there was no room for. */
  #dropped = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  send({ text, ...line }: LogLine, when: "now" | "this turn"): void {
    const { outbox, room } = this.#link;
    if (room.full) {
      this.#drop(text.length);
      return;
    }
    let from = 0;
    do {
      if (this.#link.closed !== undefined) return;
      const to = from + longestPiece;
      // Not between the two halves of a character.
      const piece = text.slice(from, isHighSurrogate(text.charCodeAt(to - 1)) ? to - 1 : to);
      writeLine(outbox.begin(kind.log, Number.POSITIVE_INFINITY), { ...line, text: piece });
      outbox.commit();
      from += piece.length;
    } while (from < text.length);
    if (when === "now") outbox.flush();
  }

  /** A line cannot wait: the log says how much of it is missing once there is room. */
  #drop(bytes: number): void {
    this.#dropped += bytes;
    if (this.#dropped > bytes) return;
    const run = () => {
      const text = `[tenon] dropped ${this.#dropped} bytes of the log here: the host did not read`;
      this.#dropped = 0;
      if (this.#link.closed !== undefined) return;
      writeLine(this.#link.outbox.begin(kind.log, Number.POSITIVE_INFINITY), { stream: "log", text });
      this.#link.outbox.commit();
    };
    this.#link.room.enter({ run });
  }
}

function writeLine(writer: Writer, { stream, text, level, time, fields }: LogLine): void {
  writer.byte(streams.indexOf(stream));
  writer.byte(level === undefined ? 0 : logLevels.indexOf(level) + 1);
  writer.varint(time === undefined || !(time > 0 && time < Number.MAX_SAFE_INTEGER) ? 0 : Math.floor(time));
  writer.text((text as string & { toWellFormed(): string }).toWellFormed());
  const copied = fields === undefined ? undefined : logFields(fields);
  writer.text(copied === undefined ? "" : JSON.stringify(copied));
}

/** @throws Unreadable */
export function readLogLine(reader: Reader): LogLine {
  const stream = streams[reader.byte()];
  if (stream === undefined) throw new Unreadable("a log line has no such stream");
  const ranked = reader.byte();
  if (ranked > logLevels.length) throw new Unreadable("a log line has no such level");
  const time = reader.varint();
  const text = reader.text();
  const json = reader.text();
  if (json.length > mostJson) throw new Unreadable("a log line has too many fields");
  const fields = json === "" ? undefined : logFields(readJson(json));
  return {
    stream,
    text,
    ...(ranked === 0 ? {} : { level: logLevels[ranked - 1] }),
    ...(time === 0 ? {} : { time }),
    ...(fields === undefined ? {} : { fields }),
  };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

const longestPiece = 64 * 1024;
/** What fields have as JSON at most, with escapes. */
const mostJson = 128 * 1024;
const streams = ["stdout", "stderr", "log"] as const;
