import type { Command, Notice, ThreadData } from "../protocol.js";
import { startRequest } from "./http.js";
import { lookUp } from "./names.js";
import { connect, listen } from "./tcp.js";
import { bind } from "./udp.js";

/** The counterpart of one of the plugin's network objects in the network's thread. It receives the commands for it. */
export interface Served {
  write?(bytes: Uint8Array): void;
  end?(trailers: Extract<Command, { do: "end" }>["trailers"]): void;
  consumed?(bytes: number): void;
  send?(bytes: Uint8Array, to: Extract<Command, { do: "send" }>["to"]): void;
  close(): void;
}

/** What objects of the network's thread can use. */
export interface Surroundings {
  tell(notice: Notice): void;
  /** Adds a connection that was accepted. @returns its number */
  adopt(make: (id: number) => Served): number;
}

/** Runs the network's thread: it executes the commands of the plugin's thread, and wakes it with notices. */
export function serveNetwork({ port, counter }: ThreadData): void {
  const served = new Map<number, Served>();
  let lastAdopted = 0;
  const surroundings: Surroundings = {
    tell(notice) {
      port.postMessage(notice);
      Atomics.add(counter, 0, 1);
      Atomics.notify(counter, 0);
    },
    adopt(make) {
      const id = --lastAdopted;
      served.set(id, make(id));
      return id;
    },
  };
  const fail = (id: number) => surroundings.tell({ is: "failed", id, reason: "io", detail: "internal-error" });
  port.on("message", (command: Command) => {
    try {
      obey(command);
    } catch {
      fail(command.id);
    }
  });
  process.on("uncaughtException", () => {
    for (const id of served.keys()) fail(id);
  });

  function obey(command: Command): void {
    const { id } = command;
    switch (command.do) {
      case "connect":
        served.set(id, connect(command, surroundings));
        break;
      case "listen":
        served.set(id, listen(command, surroundings));
        break;
      case "bind":
        served.set(id, bind(command, surroundings));
        break;
      case "resolve":
        lookUp(command, surroundings);
        break;
      case "request":
        served.set(id, startRequest(command, surroundings));
        break;
      case "write":
        served.get(id)?.write?.(command.bytes);
        break;
      case "send":
        served.get(id)?.send?.(command.bytes, command.to);
        break;
      case "end":
        served.get(id)?.end?.(command.trailers);
        break;
      case "consumed":
        served.get(id)?.consumed?.(command.bytes);
        break;
      case "close":
        served.get(id)?.close();
        served.delete(id);
        break;
    }
  }
}
