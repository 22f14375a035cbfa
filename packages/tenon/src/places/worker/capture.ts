import { Writable } from "node:stream";
import type { MessagePort } from "node:worker_threads";
import { OutputBudget, OutputLines } from "../../runtime/output-lines.js";

/**
 * Sends what is printed in this thread to the host as log lines, immediately, so that even process.exit loses none.
 *
 * Node's own way (`stdout: true`) would keep the host program alive while the output is read.
 */
export function captureOutput(port: MessagePort): void {
  for (const name of ["stdout", "stderr"] as const) {
    const lines = new OutputLines(name, (line) => port.postMessage(line), new OutputBudget());
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk);
        done();
      },
    });
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
    process.on("exit", () => lines.end());
  }
}
