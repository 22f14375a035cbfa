import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { networkDenied } from "../../errors/factories/program.js";
import type { TenonError } from "../../errors/index.js";
import { NetworkAccess } from "../../grants/network/access.js";
import { canonicalAddress, isPublic } from "../../grants/network/addresses.js";
import type { LogLine } from "../../runtime/index.js";
import { type Target, textOf } from "./target.js";

const connectMilliseconds = 30_000;
/** A program that asks again and again for the same is in the log once. */
const mostLogged = 100;

export interface GateOptions {
  /** The plugin's name, for messages. */
  readonly plugin: string;
  /** `grants.network`. */
  readonly network: readonly string[];
  log(line: LogLine): void;
  /** Resolves a name. Default: as the system does. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

/** Why a connection was not made: it is not granted, or it failed. */
export type Refusal =
  | { readonly denied: TenonError }
  | { readonly failed: "name-unresolvable" | "refused" | "unreachable" | "timeout" };

/**
 * Decides where a program may connect to, and connects.
 *
 * A name is resolved here and once: what was checked is what is connected to, so that a name which resolves to something else
 * a moment later reaches nothing.
 */
export class Gate {
  readonly #access: NetworkAccess;
  readonly #options: GateOptions;
  readonly #logged = new Set<string>();

  /** @throws TENON_GRANT_INVALID */
  constructor(options: GateOptions) {
    this.#options = options;
    this.#access = new NetworkAccess({ network: options.network });
  }

  /**
   * Opens a connection.
   *
   * @param asRequest whether it is for one HTTP request, of which the name is known: then an address needs a grant itself,
   * and that a granted name has resolved to it is not enough.
   */
  async open(target: Target, asRequest: boolean): Promise<Socket | Refusal> {
    const addresses = await this.#addresses(target, asRequest);
    if (!Array.isArray(addresses)) return addresses as Refusal;
    let failed: Refusal = { failed: "unreachable" };
    for (const address of addresses) {
      const opened = await connectTo(address, target.port);
      if (!("failed" in opened)) return opened;
      failed = opened;
    }
    return failed;
  }

  async #addresses(target: Target, asRequest: boolean): Promise<readonly string[] | Refusal> {
    const { host, port, isAddress } = target;
    if (isAddress) {
      const granted = asRequest
        ? this.#access.mayRequest(host, port) !== undefined
        : this.#access.mayConnect(host, port);
      return granted ? [host] : this.#deny(target);
    }
    const which = this.#access.mayRequest(host, port);
    if (which === undefined) return this.#deny(target);
    const found = await this.#resolve(host);
    if (found.length === 0) return { failed: "name-unresolvable" };
    const admitted = this.#access.admit(host, found).filter((address) => which === "any" || isPublic(address));
    return admitted.length > 0 ? admitted : this.#deny(target, found);
  }

  async #resolve(name: string): Promise<string[]> {
    const { resolve = resolveBySystem } = this.#options;
    const found = await resolve(name).catch(() => []);
    return [...new Set(found.flatMap((address) => canonicalAddress(address) ?? []))];
  }

  #deny(target: Target, addresses: readonly string[] = []): Refusal {
    const text = textOf(target);
    const denied = networkDenied(this.#options.plugin, text, addresses);
    if (!this.#logged.has(text) && this.#logged.size < mostLogged) {
      this.#logged.add(text);
      this.#options.log({ stream: "log", text: `${denied.message}. ${denied.fix.text}` });
    }
    return { denied };
  }
}

async function resolveBySystem(name: string): Promise<string[]> {
  return (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
}

function connectTo(host: string, port: number): Promise<Socket | Extract<Refusal, { failed: string }>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const fail = (failed: "refused" | "unreachable" | "timeout") => {
      socket.destroy();
      resolve({ failed });
    };
    const late = () => fail("timeout");
    socket.setTimeout(connectMilliseconds, late);
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      fail(code === "ECONNREFUSED" ? "refused" : code === "ETIMEDOUT" ? "timeout" : "unreachable");
    });
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("timeout", late);
      socket.removeAllListeners("error");
      // From now on, its user looks at what becomes of it.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}
