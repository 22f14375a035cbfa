import { canonicalAddress } from "./addresses.js";
import { canonicalName } from "./names.js";

/** One entry of `grants.network` or `grants.listen`. */
export interface NetworkPattern {
  /** A host name in lower-case ASCII, or a canonical address; empty for `any`. */
  readonly host: string;
  readonly kind: "any" | "name" | "names-below" | "address";
  /** 0 for any. */
  readonly port: number;
}

/**
 * Reads an entry of a grant: `example.com`, `*.example.com:443`, `127.0.0.1:8080`, `[::1]`, `*`.
 *
 * @param fail makes the error of what is wrong with it.
 */
export function networkPattern(text: string, fail: (why: string) => Error): NetworkPattern {
  if (typeof text !== "string") throw fail("expected a string");
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  // An IPv6 address alone needs no brackets.
  const bare = match === null ? canonicalAddress(text) : undefined;
  if (bare !== undefined) return { host: bare, kind: "address", port: 0 };
  const port = match?.[3] === undefined ? 0 : Number(match[3]);
  if (match === null || port > 65535) throw fail("expected a host name or IP address, optionally followed by :port");
  if (match[3] !== undefined && port === 0)
    throw fail("port 0 cannot be connected to; leave the port out to allow all ports");
  const given = match[1] ?? match[2]!;
  if (match[2] === "*") return { host: "", kind: "any", port };
  const address = canonicalAddress(given);
  if (address !== undefined) return { host: address, kind: "address", port };
  const below = given.startsWith("*.");
  const host = match[1] === undefined ? canonicalName(below ? given.slice(2) : given) : undefined;
  if (host === undefined || host.includes("*")) throw fail("not a valid host name or IP address");
  return { host, kind: below ? "names-below" : "name", port };
}

/** Reads an entry of `grants.listen`: an IP address and a port, which is 0 for any free one. */
export function listenPattern(text: string, fail: (why: string) => Error): NetworkPattern {
  const wrong = () => fail("expected an IP address and a port, such as 127.0.0.1:8080");
  const match = typeof text === "string" ? /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) : null;
  const address = canonicalAddress(match?.[1] ?? match?.[2] ?? "");
  const port = Number(match?.[3] ?? Number.NaN);
  if (address === undefined || !(port <= 65535)) throw wrong();
  return { host: address, kind: "address", port };
}

/** Whether everything that `asked` reaches is reached by `given` as well. */
export function covers(given: NetworkPattern, asked: NetworkPattern): boolean {
  if (given.port !== 0 && given.port !== asked.port) return false;
  if (given.kind === "any") return true;
  if (given.kind === "names-below") {
    if (asked.kind === "names-below" && asked.host === given.host) return true;
    return (asked.kind === "name" || asked.kind === "names-below") && asked.host.endsWith(`.${given.host}`);
  }
  return given.kind === asked.kind && given.host === asked.host;
}
