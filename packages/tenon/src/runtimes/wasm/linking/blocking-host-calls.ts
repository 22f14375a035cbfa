import { hostErrorCase } from "../../../errors/factories/wasm-call.js";
import { faultFromText, faultText } from "../../../rpc/fault.js";
import type { FunctionTable, InstanceFunction } from "../../../runtime/index.js";
import { explainFailure } from "../modules/engine.js";

// Programs and HTTP handlers run in threads that they may block. Such a thread calls a host function with a message, and blocks
// until the reply has arrived.

/** Calls a host function; the thread waits for the reply. */
export interface HostCall {
  readonly is: "call";
  readonly path: string;
  readonly parameters: readonly unknown[];
}

/** What a host function returned or threw. `payload` is that of the error case of a `result`. */
export type HostReply =
  | { readonly is: "result"; readonly value: unknown }
  | { readonly is: "fault"; readonly fault: string; readonly payload: unknown };

/** The host's functions, as a thread that may block calls them. */
export class BlockingHostCalls implements FunctionTable {
  readonly #paths: ReadonlySet<string>;
  readonly #post: (call: HostCall) => void;
  readonly #blockUntil: (done: () => boolean) => void;
  #reply: HostReply | undefined;

  /**
   * @param paths of the functions that the host provides.
   * @param blockUntil Blocks the thread, and passes on what arrives meanwhile: a reply to {@link replied}.
   */
  constructor(paths: readonly string[], post: (call: HostCall) => void, blockUntil: (done: () => boolean) => void) {
    this.#paths = new Set(paths);
    this.#post = post;
    this.#blockUntil = blockUntil;
  }

  get(path: string): InstanceFunction | undefined {
    if (!this.#paths.has(path)) return undefined;
    const call = (parameters: readonly unknown[]) => this.#call(path, parameters);
    return { invoke: call, invokeSync: call };
  }

  replied(reply: HostReply): void {
    this.#reply = reply;
  }

  #call(path: string, parameters: readonly unknown[]): unknown {
    this.#reply = undefined;
    this.#post({ is: "call", path, parameters });
    const reply = this.#nextReply();
    if (reply.is === "result") return reply.value;
    const error = faultFromText(reply.fault, "TENON_IMPORT_THREW");
    throw error.code === "TENON_CALL_RESULT" ? hostErrorCase(error.message, reply.payload) : error;
  }

  #nextReply(): HostReply {
    this.#blockUntil(() => this.#reply !== undefined);
    return this.#reply!;
  }
}

/** Calls one of the host's functions for such a thread, and sends the reply. */
export async function replyTo(
  { path, parameters }: HostCall,
  functions: FunctionTable,
  subject: string,
  send: (reply: HostReply) => void,
): Promise<void> {
  try {
    const control = { signal: undefined, deadline: 0 };
    send({ is: "result", value: await functions.get(path)!.invoke(parameters, control) });
  } catch (thrown) {
    // Or the value is one that cannot be sent.
    const error = explainFailure(thrown, path, subject);
    send({ is: "fault", fault: faultText(error), payload: error.payload });
  }
}
