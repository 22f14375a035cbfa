import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Value } from "../contract/index.js";
import type { httpHandler } from "../program/http-handler-contract.js";

/** A request in the contract's types. */
export type HttpRequest = Value<(typeof httpHandler)["members"]["handle"]["parameters"][0]["type"]>;
type Fields = [string, string][];

/** Converts a request of a Node server to the contract's types. */
export function requestOf(message: IncomingMessage): HttpRequest {
  const { method = "GET", url, headers, rawHeaders, socket } = message;
  const request = {
    method,
    scheme: socket instanceof TLSSocket ? "https" : "http",
    authority: headers.host,
    pathWithQuery: url,
    headers: pairs(rawHeaders),
  };
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return hasBody ? { ...request, body: message, trailers: trailersOf(message) } : request;
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
