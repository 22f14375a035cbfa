import { errors } from "../../../errors/index.js";
import type { Capabilities } from "../../../wasi/index.js";

/** What a plugin asks for. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What came back. Header names are in lower case, several values of one are joined by commas. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Network = Capabilities["network"];

/** Most bytes of an answer, where the host sets no limit of its own: as other hosts have it. */
const mostBytes = 50 * 1024 * 1024;
const mostRedirects = 10;
const window = 64 * 1024;

/**
 * Sends a request and waits for the whole answer, following redirections as browsers do; each address must be granted.
 * Blocks this thread.
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
  throw refused(request.url, `more than ${mostRedirects} redirections follow each other`, subject);
}

/** The address of a request. */
export function requestUrl(text: string, subject: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw refused(text, "it is no HTTP address", subject);
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
  if (allowed === undefined) throw refused(url, `${host}:${port} is not granted`, subject);
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
    if (exchange.response === undefined) throw refused(url, `no answer came: ${exchange.failure}`, subject);
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
      chunks.push(incoming.take(window));
    } catch {
      throw refused(url, `its answer broke off: ${exchange.failure ?? "the connection ended"}`, subject);
    }
    size += chunks.at(-1)!.length;
    if (size > limit) {
      throw errors.TENON_CALL_TOO_LARGE({
        message: `${subject}: the answer of ${url.origin} exceeds the limit of ${limit} bytes`,
        subject,
      });
    }
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

function refused(url: URL | string, why: string, subject: string) {
  return errors.TENON_EXTISM_REQUEST({ message: `${subject}: a request to ${url}: ${why}`, subject: String(url) });
}
