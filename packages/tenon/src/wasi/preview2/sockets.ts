import { canonicalAddress } from "../../grants/network/addresses.js";
import { canonicalName } from "../../grants/network/names.js";
import { Failure } from "../model/failure.js";
import type { HostInterface } from "../model/types.js";
import type { NameLookup } from "../network/name-lookup.js";
import { type Closable, type Context, noDestructor } from "./io/context.js";
import { socketCode, withErrorCases } from "./io/error-cases.js";
import type { IoError } from "./io/io-error.js";
import { Pollable } from "./io/pollable.js";
import { type IpAddress, ipAddressOf } from "./socket-addresses.js";

/** `wasi:sockets/network.network`. It grants nothing: access is checked on each use. */
class NetworkHandle {}

/** `wasi:sockets/network`. */
export const network = (): HostInterface => ({
  functions: { "network-error-code": ({ failure }: IoError) => socketCode(failure) },
  resources: { network: noDestructor },
});

/** `wasi:sockets/instance-network`. */
export const instanceNetwork = (): HostInterface => ({
  functions: { "instance-network": () => new NetworkHandle() },
  resources: {},
});

/** `wasi:sockets/ip-name-lookup.resolve-address-stream`. */
class ResolvedAddresses implements Closable {
  readonly #lookup: NameLookup | undefined;
  #addresses: readonly string[] | undefined;
  #next = 0;

  constructor(source: NameLookup | readonly string[]) {
    if (Array.isArray(source)) this.#addresses = source;
    else this.#lookup = source as NameLookup;
  }

  next(): IpAddress | undefined {
    const failure = this.#lookup?.failure;
    if (failure !== undefined) throw new Failure(failure);
    this.#addresses ??= this.#lookup?.addresses;
    if (this.#addresses === undefined) throw new Failure("would-block");
    const address = this.#addresses[this.#next++];
    return address === undefined ? undefined : ipAddressOf(address);
  }

  get settled(): boolean {
    return this.#lookup?.settled !== false;
  }

  close(): void {
    this.#lookup?.close();
  }
}

/** `wasi:sockets/ip-name-lookup`. An address resolves to itself; access is checked when it is used. */
export const ipNameLookup = (context: Context): HostInterface => ({
  functions: withErrorCases(socketCode, {
    "resolve-addresses": (_network: unknown, name: string) => {
      const system = context.capabilities.network;
      const address = canonicalAddress(name.replace(/^\[(.*)\]$/, "$1"));
      if (address !== undefined && system.access.hasGrants) return context.track(new ResolvedAddresses([address]));
      const canonical = canonicalName(name);
      if (canonical === undefined) throw new Failure("invalid");
      if (!system.access.mayResolve(canonical)) throw new Failure("access-denied");
      return context.track(new ResolvedAddresses(system.resolve(canonical)));
    },
    "[method]resolve-address-stream.resolve-next-address": (addresses: ResolvedAddresses) => {
      context.capabilities.network.pump();
      return addresses.next();
    },
    "[method]resolve-address-stream.subscribe": (addresses: ResolvedAddresses) => new Pollable(() => addresses.settled),
  }),
  resources: { "resolve-address-stream": (addresses: ResolvedAddresses) => context.release(addresses) },
});
