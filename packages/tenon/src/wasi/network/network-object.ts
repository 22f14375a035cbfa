import type { NetworkAccess } from "../../grants/network/access.js";
import type { Command, Notice } from "./protocol.js";

/** A network object that a plugin holds. It receives notices of what happens to it. */
export interface NetworkObject {
  notice(notice: Notice): void;
}

/** The network, as its objects use it. */
export interface ObjectNetwork {
  readonly access: NetworkAccess;
  post(command: Command): void;
  /** Takes over an object that the thread has made: a connection that a listener has accepted. */
  adopt<T extends NetworkObject>(id: number, object: T): T;
  /** Delivers all notices. @returns whether there were any */
  pump(): boolean;
  /** Drops an object: it receives no more notices, and the thread closes it. */
  drop(id: number): void;
}
