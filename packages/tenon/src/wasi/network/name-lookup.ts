import type { FailureName } from "../model/failure.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import type { Notice } from "./protocol.js";

/** A name that is being resolved. */
export class NameLookup implements NetworkObject {
  /** The resolved addresses that may be used; set once they are known. */
  addresses: readonly string[] | undefined;
  failure: FailureName | undefined;
  readonly #network: ObjectNetwork;
  readonly #id: number;
  readonly #name: string;

  constructor(network: ObjectNetwork, id: number, name: string) {
    this.#network = network;
    this.#id = id;
    this.#name = name;
  }

  get settled(): boolean {
    return this.addresses !== undefined || this.failure !== undefined;
  }

  notice(notice: Notice): void {
    if (notice.is === "resolved") {
      const admitted = this.#network.access.admit(this.#name, notice.addresses);
      if (admitted.length > 0) this.addresses = admitted;
      else this.failure = "access-denied";
      this.close();
    } else if (notice.is === "failed") {
      this.failure = notice.reason;
      this.close();
    }
  }

  close(): void {
    this.#network.drop(this.#id);
  }
}
