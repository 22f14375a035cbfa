import { domainToASCII } from "node:url";
import { grantInvalid } from "../../errors/factories/wasi.js";
import type { Grants } from "../../runtime/index.js";
import { canonicalAddress, isPublic } from "./addresses.js";

/** One entry of `grants.network`. */
interface Pattern {
  /** A host name in lower-case ASCII, or a canonical address. */
  readonly host: string;
  readonly kind: "name" | "names-below" | "address";
  /** 0 for any. */
  readonly port: number;
}

const mostRemembered = 4096;

/**
 * What a plugin may reach in the network.
 *
 * A granted name gives access to the addresses that it resolves to, on the ports granted with it. Loopback, private and other
 * special addresses are allowed only if the address itself or the exact name is granted: the owner of a name that matches
 * `*.example.com` can make it resolve to any address.
 */
export class NetworkAccess {
  readonly #patterns: readonly Pattern[];
  readonly #listen: readonly Pattern[];
  /** Allowed ports by address, for addresses that granted names resolved to. */
  readonly #resolved = new Map<string, Set<number>>();

  /** @throws TENON_GRANT_INVALID */
  constructor({ network = [], listen = [] }: Pick<Grants, "network" | "listen">) {
    this.#patterns = network.map((text) => parsePattern(text, "network"));
    this.#listen = listen.map((text) => {
      const pattern = parsePattern(text, "listen");
      if (pattern.kind !== "address" || !/:\d+$/.test(text)) {
        throw grantInvalid("listen", text, "expected an IP address and a port, such as 127.0.0.1:8080");
      }
      return pattern;
    });
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
      const fitting = patterns.filter(({ kind }) => kind === "name" || isPublic(address));
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
    if (this.#patterns.some((each) => each.host === address && (each.port === 0 || each.port === port))) return true;
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
      address === undefined ? this.#forName(host) : this.#patterns.filter((each) => each.host === address);
    const fitting = candidates.filter((each) => each.port === 0 || each.port === port);
    if (address !== undefined) return fitting.length > 0 ? "any" : undefined;
    if (fitting.some(({ kind }) => kind === "name")) return "any";
    return fitting.length > 0 ? "public" : undefined;
  }

  #forName(given: string): Pattern[] {
    const name = canonicalName(given);
    if (name === undefined) return [];
    return this.#patterns.filter(({ kind, host }) =>
      kind === "name" ? host === name : kind === "names-below" && name.endsWith(`.${host}`),
    );
  }
}

/** Returns a host name in the form for comparison: lower-case ASCII, no trailing dot. `undefined` if it is not valid. */
export function canonicalName(given: string): string | undefined {
  if (given === "" || given.length > 253 || /[\s/?#@:%\\[\]\0]/.test(given)) return undefined;
  const name = domainToASCII(given.replace(/\.$/, ""));
  // A name that ends in a number is another form of an address: `127.1`, `0x7f000001`.
  if (name === "" || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(name)) return undefined;
  return name;
}

function parsePattern(text: string, grant: "network" | "listen"): Pattern {
  if (typeof text !== "string") throw grantInvalid(grant, String(text), "expected a string");
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  // An IPv6 address alone needs no brackets.
  const bare = match === null ? canonicalAddress(text) : undefined;
  if (bare !== undefined) return { host: bare, kind: "address", port: 0 };
  const port = match?.[3] === undefined ? 0 : Number(match[3]);
  if (match === null || port > 65535)
    throw grantInvalid(grant, text, "expected a host name or IP address, optionally followed by :port");
  if (grant === "network" && match[3] !== undefined && port === 0)
    throw grantInvalid(grant, text, "port 0 cannot be connected to; leave the port out to allow all ports");
  const given = match[1] ?? match[2]!;
  const address = canonicalAddress(given);
  if (address !== undefined) return { host: address, kind: "address", port };
  const below = given.startsWith("*.");
  const host = match[1] === undefined ? canonicalName(below ? given.slice(2) : given) : undefined;
  if (host === undefined || host.includes("*")) throw grantInvalid(grant, text, "not a valid host name or IP address");
  return { host, kind: below ? "names-below" : "name", port };
}
