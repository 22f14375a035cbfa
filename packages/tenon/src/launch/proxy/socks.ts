import { addressOfGroups } from "../../grants/network/addresses.js";

/** What a SOCKS client sends, one message after the other. Source: RFC 1928. */
export const socksVersion = 5;

/** Replies to a request. */
export const socksReplies = {
  succeeded: 0,
  failed: 1,
  notAllowed: 2,
  hostUnreachable: 4,
  refused: 5,
  commandUnsupported: 7,
  addressUnsupported: 8,
} as const;

/** A message that was read, and how many bytes it has. */
export interface Read<T> {
  readonly message: T;
  readonly length: number;
}

/** What came cannot become a message. */
export type Malformed = "malformed";

export interface Greeting {
  /** Whether the client offers to talk without authentication. */
  readonly open: boolean;
}

/** @returns `undefined` if bytes are still missing */
export function readGreeting(bytes: Uint8Array): Read<Greeting> | Malformed | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] !== socksVersion) return "malformed";
  const count = bytes[1];
  if (count === undefined) return undefined;
  const length = 2 + count;
  if (bytes.length < length) return undefined;
  return { message: { open: bytes.subarray(2, length).includes(0) }, length };
}

export interface SocksRequest {
  readonly command: number;
  /** A name or an address, as the client wrote it; `undefined` for a kind of address that SOCKS does not have. */
  readonly host: string | undefined;
  readonly port: number;
}

/** @returns `undefined` if bytes are still missing */
export function readRequest(bytes: Uint8Array): Read<SocksRequest> | Malformed | undefined {
  const [version, command, reserved, kind] = bytes;
  if (version === undefined) return undefined;
  if (version !== socksVersion || (reserved ?? 0) !== 0) return "malformed";
  if (command === undefined || kind === undefined) return undefined;
  const size = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? bytes[4] : 0;
  if (size === undefined) return undefined;
  // Its length is unknown, so that nothing after it can be read.
  if (size === 0) return kind === 3 ? "malformed" : { message: { command, host: undefined, port: 0 }, length: 4 };
  const start = kind === 3 ? 5 : 4;
  const length = start + size + 2;
  if (bytes.length < length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const port = view.getUint16(start + size);
  return { message: { command, host: hostOf(kind, bytes.subarray(start, start + size)), port }, length };
}

function hostOf(kind: number, bytes: Uint8Array): string {
  if (kind === 1) return bytes.join(".");
  if (kind === 3) return Buffer.from(bytes).toString("latin1");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return addressOfGroups(Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2)));
}

/** The reply to a request, with an address that says nothing. */
export function socksReply(code: number): Uint8Array {
  return Uint8Array.of(socksVersion, code, 0, 1, 0, 0, 0, 0, 0, 0);
}
