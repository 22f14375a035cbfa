import { domainToASCII } from "node:url";

/** Returns a host name in the form for comparison: lower-case ASCII, no trailing dot. `undefined` if it is not valid. */
export function canonicalName(given: string): string | undefined {
  if (given === "" || given.length > 253 || /[\s/?#@:%\\[\]\0]/.test(given)) return undefined;
  const name = domainToASCII(given.replace(/\.$/, ""));
  // A name that ends in a number is another form of an address: `127.1`, `0x7f000001`.
  if (name === "" || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(name)) return undefined;
  return name;
}
