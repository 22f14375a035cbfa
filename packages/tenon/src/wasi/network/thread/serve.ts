import type { Command, ThreadData } from "../protocol.js";
import { startRequest } from "./http.js";
import { lookUp } from "./lookup.js";
import { connect, listen } from "./tcp.js";
import type { ThreadContext, ThreadObject } from "./thread-object.js";
import { bind } from "./udp.js";

/** Runs the network's thread: it executes the commands of the plugin's thread, and wakes it with notices. */
export function serveNetwork({ port, counter }: ThreadData): void {
  const objects = new Map<number, ThreadObject>();
  let lastAdopted = 0;
  const context: ThreadContext = {
    notify(notice) {
      port.postMessage(notice);
      Atomics.add(counter, 0, 1);
      Atomics.notify(counter, 0);
    },
    adopt(make) {
      const id = --lastAdopted;
      objects.set(id, make(id));
      return id;
    },
  };
  const fail = (id: number) => context.notify({ is: "failed", id, reason: "io", detail: "internal-error" });
  port.on("message", (command: Command) => {
    try {
      obey(command);
    } catch {
      fail(command.id);
    }
  });
  process.on("uncaughtException", () => {
    for (const id of objects.keys()) fail(id);
  });

  function obey(command: Command): void {
    const { id } = command;
    switch (command.do) {
      case "connect":
        objects.set(id, connect(command, context));
        break;
      case "listen":
        objects.set(id, listen(command, context));
        break;
      case "bind":
        objects.set(id, bind(command, context));
        break;
      case "resolve":
        lookUp(command, context);
        break;
      case "request":
        objects.set(id, startRequest(command, context));
        break;
      case "write":
        objects.get(id)?.write?.(command.bytes);
        break;
      case "send":
        objects.get(id)?.send?.(command.bytes, command.to);
        break;
      case "end":
        objects.get(id)?.end?.(command.trailers);
        break;
      case "consumed":
        objects.get(id)?.consumed?.(command.bytes);
        break;
      case "close":
        objects.get(id)?.close();
        objects.delete(id);
        break;
    }
  }
}
