import { isIPv4 } from "node:net";
import { addressOfGroups, canonicalAddress, groupsOf } from "../../grants/network/addresses.js";
import { Failure } from "../model/failure.js";
import type { Endpoint } from "../network/protocol.js";

export type Family = "ipv4" | "ipv6";

/** `wasi:sockets/network.ip-address`. */
export type IpAddress =
  | { readonly tag: "ipv4"; readonly val: readonly number[] }
  | { readonly tag: "ipv6"; readonly val: readonly number[] };

/** `wasi:sockets/network.ip-socket-address`. */
export type IpSocketAddress =
  | { readonly tag: "ipv4"; readonly val: { readonly port: number; readonly address: readonly number[] } }
  | {
      readonly tag: "ipv6";
      readonly val: {
        readonly port: number;
        readonly flowInfo: number;
        readonly address: readonly number[];
        readonly scopeId: number;
      };
    };

/** Converts an address to an endpoint. @throws Failure `invalid` for another family, or an IPv4-mapped IPv6 address */
export function endpointOf(given: IpSocketAddress, family: Family): Endpoint {
  if (given.tag !== family) throw new Failure("invalid");
  const { port, address } = given.val;
  if (given.tag === "ipv4") return { address: address.join("."), port };
  const text = addressOfGroups(address);
  if (canonicalAddress(text) !== text) throw new Failure("invalid");
  return { address: text, port };
}

export function socketAddressOf({ address, port }: Endpoint): IpSocketAddress {
  return isIPv4(address)
    ? { tag: "ipv4", val: { port, address: address.split(".").map(Number) } }
    : { tag: "ipv6", val: { port, flowInfo: 0, address: groupsOf(address), scopeId: 0 } };
}

export function ipAddressOf(address: string): IpAddress {
  return isIPv4(address)
    ? { tag: "ipv4", val: address.split(".").map(Number) }
    : { tag: "ipv6", val: groupsOf(address) };
}

export function isUnspecified({ address }: Endpoint): boolean {
  return address === "0.0.0.0" || address === "::";
}
