import type { MessagePort } from "node:worker_threads";
import type { Contract } from "../../../contract/core.js";
import type { LoadOptions, LogLine } from "../../../runtime/index.js";
import type { Command, Notice } from "../../../wasi/index.js";
import type { HostCall, HostReply } from "../linking/blocking-host-calls.js";
import type { CompiledModules, WasmPayload } from "../modules/payload.js";

/** The numbers of the standard streams in messages. */
export const streamIds = { stdin: 0, stdout: 1, stderr: 2 } as const;

/** The data that a program's thread starts with. */
export interface ProgramThreadData extends LoadOptions {
  readonly port: MessagePort;
  /** Counts messages to the thread. While the program blocks, the thread waits for it to change. */
  readonly counter: Int32Array;
  /** The program's name: its first argument. */
  readonly name: string;
  readonly payload: WasmPayload;
  readonly shared: CompiledModules | undefined;
  readonly contract: Contract;
  /** Paths of the functions that the host provides. */
  readonly imports: readonly string[];
}

/** A message to a program's thread. */
export type ToProgram =
  | HostReply
  /** About one of its streams. */
  | Notice;

/** A message from a program's thread. */
export type FromProgram =
  | { readonly is: "exited"; readonly code: number }
  /** It has trapped, or cannot be instantiated. */
  | { readonly is: "broken"; readonly fault: string }
  | { readonly is: "log"; readonly line: LogLine }
  | HostCall
  | { readonly is: "stream"; readonly command: Command };
