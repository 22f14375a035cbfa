import {
  extismAddressInvalid,
  extismAddressNotGranted,
  extismNoResponse,
  extismResponseCutOff,
  extismTooManyRedirects,
} from "../../../errors/factories/extism.js";
import { valueTooLarge } from "../../../errors/factories/wasm-call.js";
import type { Capabilities } from "../../../wasi/index.js";

/** A request of a plugin. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The response to a request. Header names are in lower case; multiple values of one header are joined by commas. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Network = Capabilities["network"];

/** The maximum size of a response if the host sets no limit. Other Extism hosts have the same. */
const mostBytes = 50 * 1024 * 1024;
const mostRedirects = 10;
const chunkBytes = 64 * 1024;

/**
 * Sends a request, follows redirects as browsers do, and waits for the whole response. Each address must be granted. Blocks
 * this thread.
 *
 * @throws TENON_EXTISM_REQUEST, TENON_CALL_TOO_LARGE
 */
export function sendRequest(request: Request, network: Network, limit: number, subject: string): Response {
  let next = request;
  for (let count = 0; count <= mostRedirects; count++) {
    const response = sendOnce(next, network, limit === 0 ? mostBytes : limit, subject);
    const { location } = response.headers;
    if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) return response;
    next = redirected(next, response.status, location, subject);
  }
  throw extismTooManyRedirects(subject, request.url.href, mostRedirects);
}

/** Parses the address of a request. */
export function requestUrl(text: string, subject: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw extismAddressInvalid(subject, text);
  return url;
}

function redirected(request: Request, status: number, location: string, subject: string): Request {
  const url = requestUrl(location, subject, request.url);
  const headers = url.origin === request.url.origin ? request.headers : withoutSecrets(request.headers);
  const becomesGet = status === 303 || (status < 303 && request.method === "POST");
  if (!becomesGet || request.method === "HEAD") return { ...request, url, headers };
  return { method: "GET", url, headers, body: new Uint8Array() };
}

const secrets = new Set(["authorization", "cookie", "proxy-authorization"]);

function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secrets.has(name.toLowerCase())));
}

function sendOnce({ method, url, headers, body }: Request, network: Network, limit: number, subject: string): Response {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const allowed = network.access.mayRequest(host, port);
  if (allowed === undefined) throw extismAddressNotGranted(subject, url.href, `${url.hostname}:${port}`);
  const bodyless = method === "GET" || method === "HEAD";
  const length: readonly [string, string][] = bodyless ? [] : [["content-length", String(body.length)]];
  const exchange = network.request({
    method,
    secure,
    host,
    port,
    path: url.pathname + url.search,
    fields: [
      ...Object.entries(headers).filter(([name]) => !/^(host|content-length)$/i.test(name)),
      ["host", url.host],
      ...length,
    ],
    publicOnly: allowed === "public",
    connectTimeout: undefined,
    firstByteTimeout: undefined,
    betweenBytesTimeout: undefined,
  });
  try {
    if (!bodyless) write(exchange, body, network);
    exchange.outgoing.end();
    network.until(() => exchange.settled);
    if (exchange.response === undefined) throw extismNoResponse(subject, url.href, exchange.failure);
    const { status, fields } = exchange.response;
    return { status, headers: joined(fields), body: readBody(exchange, network, limit, url, subject) };
  } finally {
    exchange.close();
  }
}

type Exchange = ReturnType<Network["request"]>;

function write({ outgoing }: Exchange, body: Uint8Array, network: Network): void {
  for (let sent = 0; sent < body.length && !outgoing.closed; ) {
    network.until(() => outgoing.ready);
    if (!outgoing.closed) sent += outgoing.write(body.subarray(sent));
  }
}

function readBody(exchange: Exchange, network: Network, limit: number, url: URL, subject: string) {
  const { incoming } = exchange;
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (!incoming.ended) {
    network.until(() => incoming.ready);
    try {
      chunks.push(incoming.take(chunkBytes));
    } catch {
      throw extismResponseCutOff(subject, url.href, exchange.failure ?? "the connection was closed");
    }
    size += chunks.at(-1)!.length;
    if (size > limit) throw valueTooLarge(subject, `the response of ${url.origin}`, limit);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function joined(fields: readonly (readonly [string, string])[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
