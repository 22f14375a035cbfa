import { grantInvalid } from "../../errors/factories/grant.js";
import { canonicalAddress, isPublic } from "./addresses.js";
import { canonicalName } from "./names.js";
import { listenPattern, type NetworkPattern, networkPattern } from "./pattern.js";

/** The grants that concern the network, as they are in `GrantSet`. */
export interface NetworkGrants {
  readonly network?: readonly string[] | undefined;
  readonly listen?: readonly string[] | undefined;
}

const mostRemembered = 4096;

/**
 * What a plugin may reach in the network.
 *
 * A granted name gives access to the addresses that it resolves to, on the ports granted with it. Loopback, private and other
 * special addresses are allowed only if the address itself or the exact name is granted: the owner of a name that matches
 * `*.example.com` can make it resolve to any address. `*` is everything that the host can reach.
 */
export class NetworkAccess {
  readonly #patterns: readonly NetworkPattern[];
  readonly #listen: readonly NetworkPattern[];
  /** Allowed ports by address, for addresses that granted names resolved to. */
  readonly #resolved = new Map<string, Set<number>>();

  /** @throws TENON_GRANT_INVALID */
  constructor({ network = [], listen = [] }: NetworkGrants) {
    this.#patterns = network.map((text) => networkPattern(text, (why) => grantInvalid("network", `${text}`, why)));
    this.#listen = listen.map((text) => listenPattern(text, (why) => grantInvalid("listen", `${text}`, why)));
  }

  /** Whether anything is granted. */
  get hasGrants(): boolean {
    return this.#patterns.length > 0 || this.#listen.length > 0;
  }

  /** The addresses to listen on, in the order of the grant. For port 0, the system picks a free port. */
  get listen(): readonly { readonly address: string; readonly port: number }[] {
    return this.#listen.map(({ host, port }) => ({ address: host, port }));
  }

  mayListen(address: string, port: number): boolean {
    return this.#listen.some((each) => each.host === address && each.port === port);
  }

  mayResolve(name: string): boolean {
    return this.#forName(name).length > 0;
  }

  /** Records the addresses that a granted name resolved to. @returns those that may be used */
  admit(name: string, addresses: readonly string[]): string[] {
    const patterns = this.#forName(name);
    return addresses.filter((address) => {
      const fitting = patterns.filter(({ kind }) => kind !== "names-below" || isPublic(address));
      if (fitting.length === 0) return false;
      let ports = this.#resolved.get(address);
      if (ports === undefined) {
        if (this.#resolved.size >= mostRemembered) this.#resolved.delete(this.#resolved.keys().next().value!);
        ports = new Set();
        this.#resolved.set(address, ports);
      }
      for (const { port } of fitting) ports.add(port);
      return true;
    });
  }

  /** @param address canonical */
  mayConnect(address: string, port: number): boolean {
    const fits = ({ kind, host, port: granted }: NetworkPattern) =>
      (kind === "any" || host === address) && (granted === 0 || granted === port);
    if (this.#patterns.some(fits)) return true;
    const ports = this.#resolved.get(address);
    return ports !== undefined && (ports.has(0) || ports.has(port));
  }

  /**
   * Returns which addresses of a host an HTTP request may use: any, only public ones, or `undefined` for none. Servers tell
   * their sites apart by the requested host, so a request to an address is allowed only if the address itself is granted.
   */
  mayRequest(host: string, port: number): "any" | "public" | undefined {
    const address = canonicalAddress(host);
    const candidates =
      address === undefined
        ? this.#forName(host)
        : this.#patterns.filter((each) => each.kind === "any" || each.host === address);
    const fitting = candidates.filter((each) => each.port === 0 || each.port === port);
    if (address !== undefined) return fitting.length > 0 ? "any" : undefined;
    if (fitting.some(({ kind }) => kind !== "names-below")) return "any";
    return fitting.length > 0 ? "public" : undefined;
  }

  #forName(given: string): NetworkPattern[] {
    const name = canonicalName(given);
    if (name === undefined) return [];
    return this.#patterns.filter(({ kind, host }) =>
      kind === "name" ? host === name : kind === "any" || (kind === "names-below" && name.endsWith(`.${host}`)),
    );
  }
}
