import { Writable } from "node:stream";
import { withLevels } from "../../runtime/console-levels.js";
import { OutputBudget, OutputLines, SharedRest } from "../../runtime/output-lines.js";
import type { ThreadData } from "./messages.js";

/**
 * Sends what is printed in this thread to the host as log lines, immediately, so that even process.exit loses none.
 *
 * Node's own way (`stdout: true`) would keep the host program alive while the output is read.
 *
 * @returns a function that sends lines that have no line end yet.
 */
export function captureOutput({ output, rests }: ThreadData): () => void {
  const ends: (() => void)[] = [];
  const level = withLevels(console);
  for (const name of ["stdout", "stderr"] as const) {
    const rest = new SharedRest(rests[name]);
    const lines = new OutputLines(
      name,
      (line) => output.postMessage({ ...line, level: level() }),
      new OutputBudget(),
      rest,
    );
    ends.push(() => lines.end());
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk);
        done();
      },
    });
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
  }
  return () => {
    for (const end of ends) end();
  };
}
