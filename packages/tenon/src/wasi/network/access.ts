import { domainToASCII } from "node:url";
import { errors } from "../../errors/index.js";
import type { Grants } from "../../runtime/index.js";
import { canonicalAddress, isPublic } from "./addresses.js";

/** One entry of `grants.network`. */
interface Pattern {
  /** A name in ASCII and lower case, or a canonical address. */
  readonly host: string;
  readonly kind: "name" | "names-below" | "address";
  /** 0 for any. */
  readonly port: number;
}

const mostRemembered = 4096;

/**
 * What may be reached in the network.
 *
 * A name gives access to the addresses that it resolves to, on the ports granted with it. Loopback, private and other
 * special addresses count only where the address itself or the exact name is granted: a name below `*.example.com` can
 * be made to lead anywhere by whoever holds it.
 */
export class NetworkAccess {
  readonly #patterns: readonly Pattern[];
  readonly #listen: readonly Pattern[];
  /** Ports by address, for addresses that granted names have led to. */
  readonly #resolved = new Map<string, Set<number>>();

  /** @throws TENON_GRANT_INVALID */
  constructor({ network = [], listen = [] }: Pick<Grants, "network" | "listen">) {
    this.#patterns = network.map((text) => parsePattern(text, "network"));
    this.#listen = listen.map((text) => {
      const pattern = parsePattern(text, "listen");
      if (pattern.kind !== "address" || !/:\d+$/.test(text)) {
        throw invalid("listen", text, "expected an address and a port, such as 127.0.0.1:8080");
      }
      return pattern;
    });
  }

  /** Whether anything at all is granted. */
  get any(): boolean {
    return this.#patterns.length > 0 || this.#listen.length > 0;
  }

  /** What may be listened on, in the order of the grant. Port 0 is one that the system picks. */
  get listen(): readonly { readonly address: string; readonly port: number }[] {
    return this.#listen.map(({ host, port }) => ({ address: host, port }));
  }

  mayListen(address: string, port: number): boolean {
    return this.#listen.some((each) => each.host === address && each.port === port);
  }

  mayResolve(name: string): boolean {
    return this.#forName(name).length > 0;
  }

  /** Takes what a granted name resolved to. @returns The addresses that may be used. */
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
   * How a host may be asked for by HTTP: with any address that its name leads to, with public ones, or not at all. A server
   * tells its sites apart by the name that it is asked by, so that an address counts only where it is itself granted.
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

/** A host name as it is compared: ASCII, lower case, without a dot at its end. `undefined` for none. */
export function canonicalName(given: string): string | undefined {
  if (given === "" || given.length > 253 || /[\s/?#@:%\\[\]\0]/.test(given)) return undefined;
  const name = domainToASCII(given.replace(/\.$/, ""));
  // A name that ends in a number is an address in disguise: `127.1`, `0x7f000001`.
  if (name === "" || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(name)) return undefined;
  return name;
}

function parsePattern(text: string, grant: "network" | "listen"): Pattern {
  if (typeof text !== "string") throw invalid(grant, String(text), "expected a text");
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  // An IPv6 address alone needs no brackets.
  const bare = match === null ? canonicalAddress(text) : undefined;
  if (bare !== undefined) return { host: bare, kind: "address", port: 0 };
  const port = match?.[3] === undefined ? 0 : Number(match[3]);
  if (match === null || port > 65535) throw invalid(grant, text, "expected a host or address, and perhaps a port");
  if (grant === "network" && match[3] !== undefined && port === 0) throw invalid(grant, text, "nothing has port 0");
  const given = match[1] ?? match[2]!;
  const address = canonicalAddress(given);
  if (address !== undefined) return { host: address, kind: "address", port };
  const below = given.startsWith("*.");
  const host = match[1] === undefined ? canonicalName(below ? given.slice(2) : given) : undefined;
  if (host === undefined || host.includes("*")) throw invalid(grant, text, "it names neither a host nor an address");
  return { host, kind: below ? "names-below" : "name", port };
}

function invalid(grant: string, text: string, why: string) {
  return errors.TENON_GRANT_INVALID({ message: `grants.${grant}: ${JSON.stringify(text)}: ${why}`, subject: text });
}
