import { Console } from "node:console";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { withLevels } from "../../../runtime/console-levels.js";
import type { LogLevel, LogLine } from "../../../runtime/index.js";

const longestLine = 64 * 1024;

/** Sends an inline plugin's output to its log, line by line, as the output of a thread or process is. */
export interface OutputShadow {
  readonly console: Console;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Logs a last line that has no line end yet. */
  release(): void;
}

/** Makes everything on first use, because most plugins print nothing. */
export function shadowOutput(log: (line: LogLine) => void): OutputShadow {
  const flushes: (() => void)[] = [];
  const streams: Partial<Record<"stdout" | "stderr", Writable>> = {};
  let level: () => LogLevel | undefined = () => undefined;
  const open = (stream: "stdout" | "stderr"): Writable =>
    (streams[stream] ??= lineWriter((text) => log({ stream, text, level: level() }), flushes));
  let real: Console | undefined;
  const made = (): Console => {
    if (real === undefined) {
      real = new Console({ stdout: open("stdout"), stderr: open("stderr"), colorMode: false });
      level = withLevels(real);
    }
    return real;
  };
  return {
    console: new Proxy({} as Console, {
      get: (_, key) => Reflect.get(made(), key),
      set: (_, key, value) => Reflect.set(made(), key, value),
      has: (_, key) => Reflect.has(made(), key),
    }),
    get stdout() {
      return open("stdout");
    },
    get stderr() {
      return open("stderr");
    },
    release() {
      for (const flush of flushes) flush();
    },
  };
}

function lineWriter(line: (text: string) => void, flushes: (() => void)[]): Writable {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const flush = () => {
    if (rest !== "") line(rest);
    rest = "";
  };
  const end = () => {
    // Of a character that was cut, a replacement character.
    rest += decoder.end();
    flush();
  };
  flushes.push(end);
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      const lines = (rest + decoder.write(Buffer.from(chunk))).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) line(text.replace(/\r$/, ""));
      if (rest.length > longestLine) flush();
      done();
    },
    final(done) {
      end();
      done();
    },
  });
}
