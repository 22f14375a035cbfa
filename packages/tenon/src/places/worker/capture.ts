import { Writable } from "node:stream";
import type { MessagePort } from "node:worker_threads";
import { OutputBudget, OutputLines } from "../../runtime/output-lines.js";

/**
 * Sends what is printed in this thread to the host as log lines, at once, so that not even process.exit loses any.
 *
 * Node's own way (`stdout: true`) would keep the host program alive for as long as somebody reads.
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
