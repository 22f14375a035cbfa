import type { MessagePort } from "node:worker_threads";
import type { Contract } from "../../../contract/core.js";
import type { LoadOptions, LogLine } from "../../../runtime/index.js";
import type { Command, Notice, RequestHead, ServedAnswer } from "../../../wasi/index.js";
import type { HostCall, HostReply } from "../linking/blocking-host-calls.js";
import type { CompiledModules, WasmPayload } from "../modules/payload.js";

/** What instances of a handler are made from. */
export interface HandlerPlugin extends LoadOptions {
  /** The program's name: its first argument. */
  readonly name: string;
  readonly payload: WasmPayload;
  readonly shared: CompiledModules | undefined;
  readonly contract: Contract;
  /** Paths of the functions that the host provides. */
  readonly imports: readonly string[];
}

/** The data that a handler's thread starts with. */
export interface HandlerThreadData extends HandlerPlugin {
  readonly port: MessagePort;
  /**
   * The first element counts messages to the thread: while the plugin blocks, the thread waits for it to change. The second
   * is 1 while it waits; the third is 1 if it is to say when it begins to.
   */
  readonly counter: Int32Array;
}

/** What a handler's thread receives. A message is a list of them. */
export type ToHandler =
  /** `whole` if it has no body and no trailers: nothing follows. */
  | { readonly is: "request"; readonly id: number; readonly head: RequestHead; readonly whole: boolean }
  | HostReply
  /** Where the bodies of requests are from now on. */
  | { readonly is: "passage"; readonly bytes: Uint8Array<SharedArrayBuffer> }
  /** A part of the request's body has arrived in the passage. */
  | { readonly is: "part"; readonly id: number; readonly from: number; readonly length: number }
  /** About the request with its number. For a failure, `detail` says of what: `request` or `response`. */
  | Exclude<Notice, { is: "data" }>;

/** What a handler's thread reports. A message is a list of them. */
export type FromHandler =
  /** It has its first instance. From then on, it can be given a request whenever it has handled the last one. */
  | { readonly is: "ready" }
  /** The plugin cannot be instantiated; the thread stops. */
  | { readonly is: "broken"; readonly fault: string }
  | { readonly is: "answer"; readonly answer: ServedAnswer }
  /** The plugin's function has returned, or failed. */
  | { readonly is: "handled"; readonly fault: string | undefined }
  | { readonly is: "log"; readonly line: LogLine }
  /** The plugin begins to wait. */
  | { readonly is: "waits" }
  | HostCall
  | { readonly is: "body"; readonly command: Command };
