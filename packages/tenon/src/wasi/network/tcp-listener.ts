import { Failure, type FailureName } from "../model/failure.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import type { Endpoint, Notice } from "./protocol.js";
import { TcpConnection } from "./tcp-connection.js";

/** A listening TCP socket, and the connections that were not accepted yet. */
export class TcpListener implements NetworkObject {
  /** Set once it listens. */
  local: Endpoint | undefined;
  failure: FailureName | undefined;
  readonly #network: ObjectNetwork;
  readonly #id: number;
  readonly #accepted: TcpConnection[] = [];

  constructor(network: ObjectNetwork, id: number) {
    this.#network = network;
    this.#id = id;
  }

  /** Whether it is listening or has failed. */
  get settled(): boolean {
    return this.local !== undefined || this.failure !== undefined;
  }

  /** Whether `accept` would return a connection or fail. */
  get ready(): boolean {
    this.#network.pump();
    return this.#accepted.length > 0 || this.failure !== undefined;
  }

  /** Returns the next connection, or `undefined` if none waits. @throws Failure that ended it */
  accept(): TcpConnection | undefined {
    const next = this.#accepted.shift();
    if (next === undefined && this.failure !== undefined) throw new Failure(this.failure);
    // The thread limits how many connections wait.
    if (next !== undefined) this.#network.post({ do: "consumed", id: this.#id, bytes: 1 });
    return next;
  }

  notice(notice: Notice): void {
    switch (notice.is) {
      case "bound":
        this.local = notice.local;
        break;
      case "accepted": {
        const connection = this.#network.adopt(notice.connection, new TcpConnection(this.#network, notice.connection));
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
