import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { MessagePort } from "node:worker_threads";
import { endProgram, isDetached } from "../../runtime/end-program.js";
import type { Leftover } from "../../runtime/index.js";
import { deepStack, startedAt } from "../../runtime/started-at.js";
import type { ChildMessage, StartedChild } from "./messages.js";

const longestName = 200;
/** How long a thread waits for the programs that it has killed, in milliseconds. */
const patience = 500;

/**
 * Tells the host which programs this thread starts and which have exited: the thread may end at any time, and its programs
 * must end with it. Returns the function that kills them, for a thread that ends by itself and can still wait for them.
 */
export function watchChildren(port: MessagePort): () => Promise<void> {
  const running = new Map<number, ChildProcess>();
  const send = (message: ChildMessage) => port.postMessage(message);
  const started = (child: ChildProcess, id: number) => {
    running.set(id, child);
    const name = `${child.spawnargs.join(" ").slice(0, longestName)} (process ${id})`;
    send({ child: id, started: { name, startedAt: startedAt(deepStack()) } });
    child.once("exit", () => {
      running.delete(id);
      send({ child: id });
    });
  };
  subscribe("child_process", (message) => {
    const child = (message as { process: ChildProcess }).process;
    // The id is known when the program has started, in the same call. The host must have it even if the plugin loops then.
    Object.defineProperty(child, "pid", {
      configurable: true,
      enumerable: true,
      get: () => undefined,
      set(id: number | undefined) {
        Object.defineProperty(child, "pid", { value: id, configurable: true, enumerable: true, writable: true });
        if (id !== undefined) started(child, id);
      },
    });
  });
  return async () => {
    send({ child: "closing" });
    const ended = [...running].map(([id, child]) => {
      if (isDetached(id)) return undefined;
      const exit = new Promise((resolve) => child.once("exit", resolve));
      endProgram(id);
      return exit;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([Promise.all(ended), late]);
    clearTimeout(timer);
  };
}

/** The host's record of the programs that a thread has started. */
export class Children {
  readonly #running = new Map<number, StartedChild>();
  #closing: ReadonlyMap<number, StartedChild> | undefined;

  receive({ child, started }: ChildMessage): void {
    if (child === "closing") this.#closing = new Map(this.#running);
    else if (started === undefined) this.#running.delete(child);
    else this.#running.set(child, started);
  }

  /** Ends what is still running after the thread, and says what the thread had not ended itself. */
  end(): readonly Leftover[] {
    // A child that nobody waited for keeps its id, so this cannot hit another program.
    const detached = new Set([...this.#running.keys()].filter(isDetached));
    for (const id of this.#running.keys()) if (!detached.has(id)) endProgram(id);
    const left = this.#closing ?? this.#running;
    return [...left].map(([id, started]) => ({ kind: "child process", ...started, ended: !detached.has(id) }));
  }
}
