import { Failure, type FailureName } from "../failure.js";
import type { Network, NetworkObject } from "./network.js";
import type { Endpoint, Notice } from "./protocol.js";
import type { TcpConnection } from "./tcp-connection.js";

/** A TCP socket that listens, and the connections that nobody has taken yet. */
export class TcpListener implements NetworkObject {
  /** Set once it listens. */
  local: Endpoint | undefined;
  failure: FailureName | undefined;
  readonly #network: Network;
  readonly #id: number;
  readonly #accepted: TcpConnection[] = [];

  constructor(network: Network, id: number) {
    this.#network = network;
    this.#id = id;
  }

  /** Whether it listens, or never will. */
  get settled(): boolean {
    return this.local !== undefined || this.failure !== undefined;
  }

  /** Whether accepting would not wait. */
  get ready(): boolean {
    this.#network.pump();
    return this.#accepted.length > 0 || this.failure !== undefined;
  }

  /** The next connection, or `undefined` where none waits. @throws Failure that ended it */
  accept(): TcpConnection | undefined {
    const next = this.#accepted.shift();
    if (next === undefined && this.failure !== undefined) throw new Failure(this.failure);
    // The thread holds back more until one is taken.
    if (next !== undefined) this.#network.post({ do: "consumed", id: this.#id, bytes: 1 });
    return next;
  }

  notice(notice: Notice): void {
    switch (notice.is) {
      case "bound":
        this.local = notice.local;
        break;
      case "accepted": {
        const connection = this.#network.adopt(notice.connection);
        connection.local = notice.local;
        connection.remote = notice.remote;
        this.#accepted.push(connection);
        break;
      }
      case "failed":
        this.failure = notice.reason;
        break;
    }
  }

  close(): void {
    for (const connection of this.#accepted.splice(0)) connection.close();
    this.#network.drop(this.#id);
  }
}
