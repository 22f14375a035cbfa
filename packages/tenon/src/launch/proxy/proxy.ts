import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import type { Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Gate, type GateOptions } from "./gate.js";
import { httpRelay } from "./http-relay.js";
import { socksVersion } from "./socks.js";
import { socksRelay } from "./socks-relay.js";

const mostConnections = 256;
const firstByteMilliseconds = 60_000;

/** What removes a folder when the host is killed. */
export interface FolderWatch {
  add(reaped: { readonly folder: string }): void;
  remove(reaped: { readonly folder: string }): void;
}

export interface ProxyOptions extends GateOptions {
  readonly watch?: FolderWatch;
}

/**
 * A proxy for one sandboxed program: it listens on a socket in a private folder, and connects to what `grants.network` names.
 *
 * It speaks HTTP (CONNECT, and requests in absolute form) and SOCKS 5, told apart by the first byte. What is not granted is
 * answered with 403, or SOCKS's reply 2, and a line in the plugin's log that names the missing grant.
 */
export class NetworkProxy implements AsyncDisposable {
  /** The folder that holds the socket and nothing else; only this user may enter it. */
  readonly folder: string;
  /** The path of the socket. */
  readonly socket: string;
  readonly #watch: FolderWatch | undefined;
  readonly #server: Server;
  readonly #http: HttpServer;
  readonly #clients = new Set<Socket>();

  private constructor(folder: string, gate: Gate, watch: FolderWatch | undefined) {
    this.#watch = watch;
    this.folder = folder;
    this.socket = join(folder, "proxy");
    this.#http = httpRelay(gate);
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#accept(client, gate));
    this.#server.maxConnections = mostConnections;
    this.#server.unref();
  }

  /** @throws TENON_GRANT_INVALID */
  static async start(options: ProxyOptions): Promise<NetworkProxy> {
    const gate = new Gate(options);
    const folder = join(tmpdir(), `tenon-${randomBytes(12).toString("hex")}`);
    const proxy = new NetworkProxy(folder, gate, options.watch);
    // Before it is there: the host may be killed in between.
    options.watch?.add({ folder });
    try {
      await mkdir(folder, { mode: 0o700 });
      await new Promise<void>((resolve, reject) => {
        proxy.#server.once("error", reject);
        proxy.#server.listen(proxy.socket, resolve);
      });
    } catch (error) {
      await proxy.#remove();
      throw error;
    }
    return proxy;
  }

  /** Ends every connection, and removes the socket and its folder. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#http.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    this.#watch?.remove({ folder: this.folder });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket, gate: Gate): void {
    this.#clients.add(client);
    client.once("close", () => this.#clients.delete(client));
    client.on("error", () => client.destroy());
    const late = () => client.destroy();
    client.setTimeout(firstByteMilliseconds, late);
    client.once("end", late);
    client.once("data", (first: Buffer) => {
      client.pause();
      client.setTimeout(0);
      client.off("timeout", late);
      client.off("end", late);
      if (first[0] === socksVersion) {
        void socksRelay(gate, client, first);
        return;
      }
      client.unshift(first);
      this.#http.emit("connection", client);
      client.resume();
    });
    client.resume();
  }
}
