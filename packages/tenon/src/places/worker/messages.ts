import type { MessagePort } from "node:worker_threads";
import type { Leftover, Prepared } from "../../runtime/index.js";

/** What a thread is started with. */
export interface ThreadData {
  /** Where the thread's output goes, as log lines, and what it tells about the programs that it starts. */
  readonly output: MessagePort;
  /** Memory for what has no line end yet, which the host logs once the thread has ended. */
  readonly rests: Readonly<Record<"stdout" | "stderr", SharedArrayBuffer>>;
  /** The memory limit of the thread in bytes, if it has one, and where it reports what it occupies. */
  readonly memory: { readonly limit: number; readonly report: SharedArrayBuffer } | undefined;
}

/** A program that the thread has started (with `started`) or that has exited; `closing`: the thread ends them all now. */
export interface ChildMessage {
  readonly child: number | "closing";
  readonly started?: StartedChild;
}

export type StartedChild = Pick<Leftover, "name" | "startedAt">;

/** Asks a thread to open a plugin, with its own connection. */
export interface OpenMessage {
  readonly port: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly prepared: Prepared;
  /** Whether other plugins run in the thread, so that it keeps running when this one is closed. */
  readonly shared: boolean;
}

/** Asks a thread to load the module of a runtime before there is a plugin. */
export interface WarmMessage {
  readonly module: string;
}
