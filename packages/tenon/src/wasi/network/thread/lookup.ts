import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { canonicalAddress, isPublic } from "../../../grants/network/addresses.js";
import type { Command } from "../protocol.js";
import type { ThreadContext } from "./thread-object.js";

export function lookUp({ id, name }: Extract<Command, { do: "resolve" }>, { notify }: ThreadContext): void {
  lookup(name, { all: true, verbatim: true }, (error, found) => {
    if (error !== null) {
      const reason = error.code === "EAI_AGAIN" ? "timeout" : "name-unresolvable";
      notify({ is: "failed", id, reason });
      return;
    }
    const addresses = new Set(found.flatMap(({ address }) => canonicalAddress(address) ?? []));
    notify({ is: "resolved", id, addresses: [...addresses] });
  });
}

/** A lookup for Node's HTTP client that returns only public addresses, so that it connects to no others. */
export const publicLookup: LookupFunction = (name, options, answer) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []).filter(({ address }) => isPublic(canonicalAddress(address) ?? address));
    const first = addresses[0];
    if (error !== null) answer(error, "", 0);
    else if (first === undefined) {
      const denied = Object.assign(new Error(`${name} does not resolve to a public address`), { code: "TENON_DENIED" });
      answer(denied, "", 0);
    } else if (options.all === true) answer(null, addresses);
    else answer(null, first.address, first.family);
  });
};
