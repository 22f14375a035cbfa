import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Value } from "../contract/index.js";
import type { httpHandler } from "../program/http-handler-contract.js";
import { RequestStream } from "./request-stream.js";
import { type RefusedTarget, readTarget } from "./request-target.js";

/** A request in the contract's types. */
export type HttpRequest = Value<(typeof httpHandler)["members"]["handle"]["parameters"][0]["type"]>;
type Fields = [string, string][];

/** Converts a request of a Node server to the contract's types, or returns the status with which it is refused. */
export function requestOf(message: IncomingMessage): HttpRequest | RefusedTarget {
  const { method = "GET", headers, rawHeaders, socket } = message;
  const scheme = socket instanceof TLSSocket ? "https" : "http";
  const fields = pairs(rawHeaders);
  const hosts = fields.filter(([name]) => isHost(name)).map(([, value]) => value);
  const hostRequired = message.httpVersion === "1.1";
  const target = readTarget({ method, target: message.url ?? "", hosts, scheme, hostRequired });
  if ("refused" in target) return target;
  const { authority, pathWithQuery } = target;
  const request = {
    method,
    scheme,
    authority,
    pathWithQuery,
    // The plugin must not see a host that the target overrides.
    headers: fields.map((field): [string, string] => (isHost(field[0]) ? [field[0], authority!] : field)),
  };
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return hasBody ? { ...request, body: new RequestStream(message), trailers: trailersOf(message) } : request;
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === "host";
}

/** Returns the trailers, which come after the body. */
function trailersOf(message: IncomingMessage): Promise<Fields> {
  const trailers = new Promise<Fields>((resolve, reject) => {
    message.once("end", () => resolve(pairs(message.rawTrailers)));
    message.once("close", () => reject(new Error("the request was closed before its body was complete")));
  });
  trailers.catch(() => {});
  return trailers;
}

/** Pairs up names and values, which alternate in Node's lists. */
function pairs(raw: readonly string[]): Fields {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index]!, raw[2 * index + 1]!]);
}
