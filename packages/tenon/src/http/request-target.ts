import { isIPv6 } from "node:net";

/** The parts of a request's target, and the host that the request is for. */
export interface RequestTarget {
  /** `undefined` for a request of HTTP/1.0 that names no host. */
  readonly authority: string | undefined;
  /** The path and query as they were sent; `*` for a request about the whole server. */
  readonly pathWithQuery: string;
}

/** What the target is read from. `hosts` are the values of all its `Host` fields. */
export interface TargetSource {
  readonly method: string;
  readonly target: string;
  readonly hosts: readonly string[];
  readonly scheme: "http" | "https";
  /** Whether the request must name a host: since HTTP/1.1. */
  readonly hostRequired: boolean;
}

export interface RefusedTarget {
  /** 400 for an invalid target or host; 421 for a scheme that is not that of the connection. */
  readonly refused: 400 | 421;
}

const invalid: RefusedTarget = { refused: 400 };

/**
 * Reads a request's target. An absolute target decides authority and path, whatever the `Host` field says. A target or a
 * `Host` field that is invalid, empty or given twice is refused.
 *
 * Source: RFC 9112, sections 3.2 and 3.2.2; RFC 9110, sections 4.2.4 and 7.4.
 */
export function readTarget({
  method,
  target,
  hosts,
  scheme,
  hostRequired,
}: TargetSource): RequestTarget | RefusedTarget {
  const [host] = hosts;
  if (hosts.length > 1 || (host === undefined && hostRequired)) return invalid;
  if (host !== undefined && !isAuthority(host)) return invalid;
  if (target.includes("#")) return invalid;
  if (target.startsWith("/")) return { authority: host, pathWithQuery: target };
  if (target === "*") return method === "OPTIONS" ? { authority: host, pathWithQuery: target } : invalid;
  const absolute = absoluteForm.exec(target);
  if (absolute === null) return invalid;
  const [, given, authority, path, query] = absolute as unknown as [string, string, string, string?, string?];
  if (!isAuthority(authority) || !schemes.has(given.toLowerCase())) return invalid;
  if (given.toLowerCase() !== scheme) return { refused: 421 };
  const whole = method === "OPTIONS" && path === undefined && query === undefined;
  return { authority, pathWithQuery: whole ? "*" : `${path ?? "/"}${query ?? ""}` };
}

const schemes: ReadonlySet<string> = new Set(["http", "https"]);
const absoluteForm = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(\/[^?#]*)?(\?[^#]*)?$/;
/** Source: RFC 3986, section 3.2.2. User information is not allowed in HTTP. */
const named = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const future = /^v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/;

/** Whether text is a host with an optional port. */
function isAuthority(text: string): boolean {
  const parts = /^(?:\[([^\]]*)\]|([^[\]:]*))(?::(\d*))?$/.exec(text);
  if (parts === null) return false;
  const [, literal, name = "", port = ""] = parts;
  if (Number(port) > 65_535) return false;
  if (literal === undefined) return named.test(name);
  return future.test(literal) || (isIPv6(literal) && !literal.includes("%"));
}
