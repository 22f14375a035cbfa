import type { Grants, LogLine } from "../../runtime/index.js";
import type { Waker } from "../model/types.js";
import type { IncomingBytes, OutgoingBytes } from "../network/byte-flow.js";

/** What a program is started with, and how it sees time and chance. */
export interface WasiSettings {
  /** Arguments of a command, after its own name. */
  readonly arguments?: readonly string[];
  /** What a command reads from its standard input; empty by default. */
  readonly input?: string | Uint8Array;
  /** Freezes all clocks at this time (milliseconds since 1970); only sleeping advances them. Default: real clocks. */
  readonly clock?: number;
  /** The seed for random numbers. Default: real randomness. */
  readonly seed?: number | string;
}

/** The options of a capability layer. */
export interface WasiOptions {
  readonly grants: Grants;
  readonly settings?: WasiSettings | undefined;
  /** The program's name: its first argument. */
  readonly name: string;
  /** Receives standard output and standard error line by line, unless `output` is set. */
  log(line: LogLine): void;
  /** Receives the raw bytes of standard output and standard error, for commands whose output is data. */
  readonly output?: ((stream: "stdout" | "stderr", bytes: Uint8Array) => void) | undefined;
  /** Called with everything that the program writes to standard error, before it goes anywhere. */
  readonly noticeErrors?: ((bytes: Uint8Array) => void) | undefined;
  /** Standard input, output and error, if another thread has their other ends. Needs a `waker` that delivers their notices. */
  readonly streams?: StandardStreams | undefined;
  /** Cancels all waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Wakes the plugin's thread, in addition to the network. */
  readonly waker?: Waker | undefined;
}

/** A program's standard streams, whose other ends are in another thread. */
export interface StandardStreams {
  readonly stdin: IncomingBytes;
  readonly stdout: OutgoingBytes;
  readonly stderr: OutgoingBytes;
}
