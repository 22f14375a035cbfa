import { OutputBudget, OutputLines } from "../../runtime/output-lines.js";
import type { OutgoingBytes } from "../network/byte-flow.js";
import type { WasiOptions } from "./options.js";

/** Receives a program's standard output or standard error. */
export interface Output {
  /** The way of the bytes to another thread, if they go there. */
  readonly pipe?: OutgoingBytes | undefined;
  /** Called with what is written to the pipe directly. */
  readonly noticePiped?: ((bytes: Uint8Array) => void) | undefined;
  /** Writes all bytes. The caller may overwrite them afterwards. */
  write(bytes: Uint8Array): void;
  /** Flushes a last line without a newline. */
  end(): void;
}

/** Returns an output that calls a function with everything that is written to it. */
export function noticed(output: Output, notice: (bytes: Uint8Array) => void): Output {
  return {
    pipe: output.pipe,
    noticePiped: notice,
    write(bytes) {
      notice(bytes);
      output.write(bytes);
    },
    end: () => output.end(),
  };
}

/** Returns the outputs for the options: raw bytes, or lines to the log. */
export function outputs(options: Pick<WasiOptions, "log" | "output">): Record<"stdout" | "stderr", Output> {
  const { output } = options;
  if (output !== undefined) {
    const raw = (stream: "stdout" | "stderr"): Output => ({
      write: (bytes) => output(stream, new Uint8Array(bytes)),
      end: () => {},
    });
    return { stdout: raw("stdout"), stderr: raw("stderr") };
  }
  let budget: OutputBudget | undefined;
  const logged = (stream: "stdout" | "stderr"): Output => {
    let lines: OutputLines | undefined;
    return {
      write(bytes) {
        budget ??= new OutputBudget();
        lines ??= new OutputLines(stream, (line) => options.log(line), budget);
        lines.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      },
      end: () => lines?.end(),
    };
  };
  return { stdout: logged("stdout"), stderr: logged("stderr") };
}
