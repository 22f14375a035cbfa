import { Failure, type FailureName } from "../model/failure.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import { type Endpoint, type Notice, windowBytes } from "./protocol.js";

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
}

const mostHeld = 256;

/** A bound UDP socket. Datagrams that do not fit into its queue are lost, as in any network. */
export class UdpSocket implements NetworkObject {
  local: Endpoint | undefined;
  failure: FailureName | undefined;
  readonly #network: ObjectNetwork;
  readonly #id: number;
  readonly #held: Datagram[] = [];
  #pending = 0;

  constructor(network: ObjectNetwork, id: number) {
    this.#network = network;
    this.#id = id;
  }

  get settled(): boolean {
    return this.local !== undefined || this.failure !== undefined;
  }

  /** How many datagrams are waiting. */
  get held(): number {
    return this.#held.length;
  }

  /** Whether a datagram can be sent now. */
  get writable(): boolean {
    return this.#pending < windowBytes;
  }

  take(): Datagram | undefined {
    return this.#held.shift();
  }

  send(bytes: Uint8Array, to: Endpoint): void {
    if (this.failure !== undefined) throw new Failure(this.failure);
    if (bytes.length > 65507) throw new Failure("datagram-too-large");
    this.#pending += bytes.length;
    // A copy, because the whole underlying buffer would be sent.
    this.#network.post({ do: "send", id: this.#id, bytes: new Uint8Array(bytes), to });
  }

  notice(notice: Notice): void {
    switch (notice.is) {
      case "bound":
        this.local = notice.local;
        break;
      case "datagram":
        if (this.#held.length < mostHeld) this.#held.push(notice);
        break;
      case "written":
        this.#pending -= notice.bytes;
        break;
      case "failed":
        this.failure = notice.reason;
        break;
    }
  }

  close(): void {
    this.#network.drop(this.#id);
  }
}
