import type { MessagePort } from "node:worker_threads";
import type { Prepared } from "../../runtime/index.js";

/** What a thread is started with. */
export interface ThreadData {
  /** Where what is printed in the thread goes, as log lines. */
  readonly output: MessagePort;
}

/** What the host asks a thread to open: a plugin with a connection of its own. */
export interface OpenMessage {
  readonly port: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly prepared: Prepared;
  /** Whether other plugins live in the thread, so that it goes on when this one is closed. */
  readonly shared: boolean;
}

/** What the host asks a thread to have ready: the module of a runtime, before there is a plugin. */
export interface WarmMessage {
  readonly module: string;
}
