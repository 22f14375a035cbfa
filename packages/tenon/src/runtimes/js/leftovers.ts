import type { ChildProcess } from "node:child_process";
import type { Socket as DatagramSocket } from "node:dgram";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { Server, Socket } from "node:net";
import type { Worker } from "node:worker_threads";
import { endProgram, isDetached } from "../../runtime/end-program.js";
import type { Leftover } from "../../runtime/index.js";
import { deepStack, startedAt } from "../../runtime/started-at.js";
import { currentOrigin, liveOrigins, type Origin, type Started } from "./origin.js";
import type { StackMapper } from "./stack.js";

/** Node publishes on these channels, in the context of the code that starts something. */
const channels: Readonly<Record<string, (message: any) => void>> = {
  "tracing:net.server.listen:asyncStart": ({ server }) => add(server, "close", ofServer(server)),
  "net.server.socket": ({ socket }) => add(socket, "close", ofSocket(socket)),
  "net.client.socket": ({ socket }) => add(socket, "close", ofSocket(socket)),
  "udp.socket": ({ socket }) => add(socket, "close", ofDatagramSocket(socket)),
  child_process: ({ process: child }) => add(child, "exit", ofProgram(child)),
  worker_threads: ({ worker }) => add(worker, "exit", ofThread(worker)),
};

let watching = false;

/** Starts to note what inline plugins start, until no origin is left. */
export function watchStarts(): void {
  if (watching) return;
  watching = true;
  for (const [name, started] of Object.entries(channels)) subscribe(name, started);
  liveOrigins(stop);
}

function stop(): void {
  watching = false;
  for (const [name, started] of Object.entries(channels)) unsubscribe(name, started);
}

/** Notes what the file watchers of a plugin, which Node publishes nowhere, start. */
export function addWatcher(watcher: EventEmitter & { close(): void }, path: string): void {
  let open = true;
  watcher.once("close", () => (open = false));
  add(watcher, "close", { kind: "file watcher", name: () => path, running: () => open, end: () => watcher.close() });
}

type Kind = Omit<Started, "place" | "outlives"> & Partial<Pick<Started, "outlives">>;

// Connections that any code of the program may use next.
const pooled = /\(node:(?:internal\/deps\/undici|_http_agent)/;

function add(emitter: EventEmitter, ended: string, kind: Kind): void {
  const origin = currentOrigin();
  if (origin === undefined) return;
  const place = deepStack();
  if (kind.kind === "connection" && pooled.test(String(place.stack))) return;
  const started: Started = { outlives: () => false, ...kind, place };
  origin.started.add(started);
  emitter.once(ended, () => origin.started.delete(started));
}

function ofServer(server: Server & Partial<Pick<HttpServer, "closeAllConnections">>): Kind {
  return {
    kind: "server",
    name: () => addressOf(server.address()),
    running: () => server.listening,
    end() {
      server.close();
      server.closeAllConnections?.();
    },
  };
}

function ofSocket(socket: Socket): Kind {
  return {
    kind: "connection",
    name: () => addressOf({ address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 }),
    running: () => !socket.destroyed,
    end: () => socket.destroy(),
  };
}

function ofDatagramSocket(socket: DatagramSocket): Kind {
  let open = true;
  socket.once("close", () => (open = false));
  return {
    kind: "datagram socket",
    name() {
      try {
        return addressOf(socket.address());
      } catch {
        return "not bound";
      }
    },
    running: () => open,
    end: () => socket.close(),
  };
}

function ofProgram(child: ChildProcess): Kind {
  return {
    kind: "child process",
    name: () => `${child.spawnargs.join(" ").slice(0, longestName)} (process ${child.pid})`,
    running: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    outlives: () => isDetached(child.pid ?? 0),
    end() {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      endProgram(child.pid ?? 0);
      return exited;
    },
  };
}

function ofThread(worker: Worker): Kind {
  return {
    kind: "thread",
    name: () => `thread ${worker.threadId}`,
    running: () => worker.threadId !== -1,
    end: () => worker.terminate(),
  };
}

const longestName = 200;

function addressOf(address: ReturnType<Server["address"]> | { address: string; port: number }): string {
  if (address === null || typeof address === "string") return address ?? "";
  return address.address.includes(":") ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

/** How long to wait until what was ended has ended, in milliseconds. */
const patience = 1000;
const rounds = 3;

interface Found extends Omit<Leftover, "ended"> {
  readonly outlives: boolean;
  readonly started: Started;
}

/** Ends what a closed plugin has left running, and says what that was. Never rejects. */
export async function endLeftovers(origin: Origin, stack: StackMapper): Promise<readonly Leftover[]> {
  const found: Found[] = [];
  // What ends may be started again by the plugin's own code.
  for (let round = 0; round < rounds; round++) {
    const known = new Set(found.map(({ started }) => started));
    const more = [...origin.started].filter((started) => !known.has(started) && isTrue(() => started.running()));
    if (more.length === 0) break;
    const now = more.map((started) => ({
      kind: started.kind,
      name: attempt("", () => started.name()),
      startedAt: startedAt(started.place, [stack]),
      outlives: isTrue(() => started.outlives()),
      started,
    }));
    found.push(...now);
    const ends = now.filter(({ outlives }) => !outlives).map(async ({ started }) => origin.enter(() => started.end()));
    await within(patience, Promise.allSettled(ends));
  }
  return found.map(({ kind, name, startedAt, outlives, started }) => ({
    kind,
    name,
    startedAt,
    ended: !outlives && !isTrue(() => started.running()),
  }));
}

async function within(milliseconds: number, all: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([all, late]);
  clearTimeout(timer);
}

function isTrue(ask: () => boolean): boolean {
  return attempt(false, ask);
}

/** The objects belong to the plugin, which may have changed them. */
function attempt<T>(otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
