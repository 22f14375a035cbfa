import { canonicalAddress } from "../../grants/network/addresses.js";
import { canonicalName } from "../../grants/network/names.js";

/** What a program wants to reach. */
export interface Target {
  /** A host name in the form for comparison, or a canonical address. */
  readonly host: string;
  readonly isAddress: boolean;
  readonly port: number;
}

/** @returns `undefined` if it is neither a name nor an address: a zone, an escape, another form of an address (`127.1`). */
export function targetOf(host: string, port: number): Target | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const address = canonicalAddress(host);
  if (address !== undefined) return { host: address, isAddress: true, port };
  const name = canonicalName(host);
  return name === undefined ? undefined : { host: name, isAddress: false, port };
}

/**
 * Reads `host:port`, as CONNECT and the Host header have it. Strictly: what two readers could read differently is refused.
 *
 * @param standard the port if there is none; without, there must be one.
 */
export function parseAuthority(text: string, standard?: number): Target | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([^\s:@/?#%\\[\]]{1,253}))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, port] = match;
  if (port === undefined && standard === undefined) return undefined;
  // Only IPv6 stands in brackets: [127.0.0.1] is no address.
  if (bracketed?.includes(":") === false) return undefined;
  return targetOf(bracketed ?? plain ?? "", port === undefined ? (standard ?? 0) : Number(port));
}

/** The request target of a proxy: `http://host:port/path?query`. */
export interface AbsoluteForm extends Target {
  /** From the slash on. */
  readonly path: string;
}

/** Reads a target in absolute form. Source: RFC 9112, section 3.2.2. */
export function parseAbsoluteForm(text: string): AbsoluteForm | undefined {
  const match = /^http:\/\/([^/?#]*)([/?][^#]*)?$/i.exec(text);
  if (match === null) return undefined;
  const target = parseAuthority(match[1] ?? "", 80);
  if (target === undefined) return undefined;
  const rest = match[2] ?? "/";
  return { ...target, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** How a target is written: in brackets if it is an IPv6 address. */
export function textOf({ host, port }: Pick<Target, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
