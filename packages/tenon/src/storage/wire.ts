import { storageRequestInvalid, storageTooBusy } from "../errors/factories/storage.js";
import type { Change, KeyRange, StoragePort } from "./port.js";

/** The name of the control call. */
export const storageControl = "storage";

/** Sends a request with its bytes to the other side, and returns the JSON value that this answers. */
export type Ask = (parameters: unknown, bytes: Uint8Array) => Promise<unknown>;

/** Most requests of one plugin that run at the same time, and most bytes in them. A plugin's side sends 64. */
const mostRequests = 1000;
const mostBytes = 256 * 1024 * 1024;

const none = new Uint8Array();

/** The storage of a plugin as its thread or process uses it: each operation is a control call. */
export function remoteStorage(ask: Ask): StoragePort {
  return {
    async get(key) {
      const answer = await ask(["get", key], none);
      return typeof answer === "string" ? new Uint8Array(Buffer.from(answer, "base64")) : undefined;
    },
    async keys({ prefix, after, limit }) {
      return (await ask(["keys", prefix, after ?? null, limit], none)) as readonly string[];
    },
    async write(changes, expected) {
      const values = [...changes, ...expected].flatMap(({ value }) => (value === undefined ? [] : [value]));
      return (await ask(["write", lengths(changes), lengths(expected)], Buffer.concat(values))) as boolean;
    },
    async use() {
      return (await ask(["use"], none)) as Awaited<ReturnType<StoragePort["use"]>>;
    },
  };
}

function lengths(changes: readonly Change[]): readonly unknown[] {
  return changes.map(({ key, value }) => [key, value === undefined ? null : value.byteLength]);
}

/** Serves these requests. What the plugin's side sends is checked: it may be anything. */
export function serveStorage(port: StoragePort): (parameters: unknown, bytes: Uint8Array) => Promise<unknown> {
  let requests = 0;
  let underWay = 0;
  return async (parameters, bytes) => {
    const request = read(parameters, bytes);
    if (requests + 1 > mostRequests || underWay + bytes.byteLength > mostBytes) throw storageTooBusy(mostRequests);
    requests++;
    underWay += bytes.byteLength;
    try {
      return await request(port);
    } finally {
      requests--;
      underWay -= bytes.byteLength;
    }
  };
}

type Request = (port: StoragePort) => Promise<unknown>;

/** @throws TENON_WIRE_MALFORMED */
function read(parameters: unknown, bytes: Uint8Array): Request {
  const [what, ...rest] = Array.isArray(parameters) ? parameters : [];
  if (what === "use" && rest.length === 0) return (port) => port.use();
  if (what === "get" && rest.length === 1) {
    return async (port) => {
      const value = await port.get(rest[0]);
      return value === undefined
        ? null
        : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    };
  }
  if (what === "keys" && rest.length === 3) {
    const [prefix, after, limit] = rest;
    return (port) => port.keys({ prefix, after: after ?? undefined, limit } as KeyRange);
  }
  if (what === "write" && rest.length === 2) {
    let at = 0;
    const changesOf = (list: unknown): Change[] => {
      if (!Array.isArray(list)) throw storageRequestInvalid();
      return list.map((entry: unknown) => {
        if (!Array.isArray(entry) || entry.length !== 2) throw storageRequestInvalid();
        const [key, length] = entry as [string, unknown];
        if (length === null) return { key, value: undefined };
        const isLength = typeof length === "number" && Number.isInteger(length) && length >= 0;
        if (!isLength || at + length > bytes.byteLength) throw storageRequestInvalid();
        return { key, value: bytes.subarray(at, (at += length)) };
      });
    };
    const [changes, expected] = [changesOf(rest[0]), changesOf(rest[1])];
    if (at !== bytes.byteLength) throw storageRequestInvalid();
    return (port) => port.write(changes, expected);
  }
  throw storageRequestInvalid();
}
