import type { FailureName } from "../model/failure.js";
import { IncomingBytes, OutgoingBytes } from "./byte-flow.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import type { Endpoint, Notice } from "./protocol.js";

/** A TCP connection, from the moment it is requested. */
export class TcpConnection implements NetworkObject {
  readonly incoming: IncomingBytes;
  readonly outgoing: OutgoingBytes;
  /** Set once it is connected. */
  local: Endpoint | undefined;
  remote: Endpoint | undefined;
  failure: FailureName | undefined;
  readonly #network: ObjectNetwork;
  readonly #id: number;

  constructor(network: ObjectNetwork, id: number) {
    this.#network = network;
    this.#id = id;
    this.incoming = new IncomingBytes(network, id);
    this.outgoing = new OutgoingBytes(network, id);
  }

  /** Whether it has connected or failed. */
  get settled(): boolean {
    return this.remote !== undefined || this.failure !== undefined;
  }

  notice(notice: Notice): void {
    switch (notice.is) {
      case "connected":
        this.local = notice.local;
        this.remote = notice.remote;
        break;
      case "data":
        this.incoming.arrived(notice.bytes);
        break;
      case "ended":
        this.incoming.end();
        break;
      case "written":
        this.outgoing.written(notice.bytes);
        break;
      case "failed":
        this.failure = notice.reason;
        this.incoming.fail(notice.reason);
        this.outgoing.fail(notice.reason);
        break;
    }
  }

  close(): void {
    this.#network.drop(this.#id);
  }
}
