import type { MessagePort } from "node:worker_threads";
import type { Contract } from "../../../contract/core.js";
import type { LoadOptions, LogLine } from "../../../runtime/index.js";
import type { Command, Notice, RequestHead, ServedAnswer } from "../../../wasi/index.js";
import type { CompiledModules, WasmPayload } from "../payload.js";

/** What a handler's thread is started with. */
export interface HandlerThreadData extends LoadOptions {
  readonly port: MessagePort;
  /** Counts messages to the thread, which waits for it to change while the plugin blocks. */
  readonly counter: Int32Array;
  /** The program's name: its first argument. */
  readonly name: string;
  readonly payload: WasmPayload;
  readonly shared: CompiledModules | undefined;
  readonly contract: Contract;
  /** Paths of the host's functions that are there. */
  readonly imports: readonly string[];
}

/** What a handler's thread is told. */
export type ToHandler =
  | { readonly is: "request"; readonly id: number; readonly head: RequestHead }
  | { readonly is: "result"; readonly value: unknown }
  /** `payload`: of the error case of a result. */
  | { readonly is: "fault"; readonly fault: string; readonly payload: unknown }
  /** About the request of that number. What failed by `detail`: `request` or `response`. */
  | Notice;

/** What a handler's thread tells. */
export type FromHandler =
  /** It has an instance for the next request. */
  | { readonly is: "ready" }
  /** The plugin cannot be instantiated: the thread ends. */
  | { readonly is: "broken"; readonly fault: string }
  | { readonly is: "answer"; readonly answer: ServedAnswer }
  /** The plugin's function has returned, or failed. */
  | { readonly is: "handled"; readonly fault: string | undefined }
  | { readonly is: "log"; readonly line: LogLine }
  /** Calls a function of the host's; the thread waits for its answer. */
  | { readonly is: "call"; readonly path: string; readonly parameters: readonly unknown[] }
  | { readonly is: "body"; readonly command: Command };
