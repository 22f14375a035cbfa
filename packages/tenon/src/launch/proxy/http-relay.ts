import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Gate, Refusal } from "./gate.js";
import { type AbsoluteForm, parseAbsoluteForm, parseAuthority, type Target } from "./target.js";
import { tunnel } from "./tunnel.js";

/** Most bytes of a request's or response's header. */
const headerBytes = 16 * 1024;
const headerMilliseconds = 10_000;
const idleMilliseconds = 10 * 60_000;

/** What is between two neighbours only, and not passed on. Source: RFC 9110, section 7.6.1. */
const hopByHop = new Set([
  ...["connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"],
  ...["te", "transfer-encoding", "upgrade", "http2-settings"],
]);

/**
 * The HTTP half of the proxy: CONNECT, and requests in absolute form. Node's parser reads and writes every message anew, so
 * that two messages which one side takes for one never pass; each request is checked by itself.
 */
export function httpRelay(gate: Gate): Server {
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: headerMilliseconds,
    requestTimeout: 0,
    connectionsCheckingInterval: headerMilliseconds / 2,
    insecureHTTPParser: false,
    keepAliveTimeout: headerMilliseconds,
  });
  server.on("request", (incoming, outgoing) => void relay(gate, incoming, outgoing));
  server.on("connect", (incoming, client, rest) => void connectThrough(gate, incoming, client as Socket, rest));
  server.on("upgrade", (incoming, client, rest) => void upgrade(gate, incoming, client as Socket, rest));
  server.on("clientError", (error: NodeJS.ErrnoException, client) => {
    const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
    refuse(client, tooLarge ? 431 : 400, `the proxy cannot read this request: ${error.message}`);
  });
  return server;
}

async function relay(gate: Gate, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const target = targetOf(incoming);
  if (typeof target === "string") return answer(outgoing, 400, target);
  const opened = await gate.open(target, true);
  if (isRefusal(opened)) return answer(outgoing, ...statusOf(opened, target));
  if (incoming.destroyed || outgoing.destroyed) {
    opened.destroy();
    return;
  }
  opened.setTimeout(idleMilliseconds, () => opened.destroy());
  const forwarded = request({
    createConnection: () => opened,
    method: incoming.method ?? "GET",
    path: target.path,
    headers: passedOn(incoming, target) as unknown as string[],
    setHost: false,
    maxHeaderSize: headerBytes,
  });
  forwarded.on("response", (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.statusMessage ?? "", passedOn(response) as string[]);
    response.pipe(outgoing);
    response.on("error", () => outgoing.destroy());
    response.on("aborted", () => outgoing.destroy());
  });
  forwarded.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else answer(outgoing, 502, `the server ${target.host} closed the connection, or answered what is not HTTP`);
  });
  // A client that goes away leaves nothing behind.
  outgoing.on("close", () => opened.destroy());
  incoming.on("error", () => opened.destroy());
  incoming.pipe(forwarded);
}

/** An upgrade becomes a tunnel once the server has agreed: what comes before that would be more requests, unchecked. */
async function upgrade(gate: Gate, incoming: IncomingMessage, client: Socket, rest: Buffer): Promise<void> {
  client.on("error", () => client.destroy());
  const target = targetOf(incoming);
  if (typeof target === "string") return refuse(client, 400, target);
  const opened = await gate.open(target, true);
  if (isRefusal(opened)) return refuse(client, ...statusOf(opened, target));
  const headers = [...passedOn(incoming, target), "Connection", "Upgrade", "Upgrade", incoming.headers.upgrade ?? ""];
  const forwarded = request({
    createConnection: () => opened,
    method: incoming.method ?? "GET",
    path: target.path,
    headers: headers as unknown as string[],
    setHost: false,
    maxHeaderSize: headerBytes,
  });
  client.on("close", () => opened.destroy());
  forwarded.on("upgrade", (response, server, first) => {
    client.write(headOf(response));
    if (first.length > 0) client.write(first);
    if (rest.length > 0) server.write(rest);
    tunnel(client, server);
  });
  forwarded.on("response", (response) => {
    // The server does not upgrade: its answer, and the end.
    client.write(headOf(response, "close"));
    response.pipe(client);
    response.on("error", () => client.destroy());
  });
  forwarded.on("error", () => refuse(client, 502, `the server ${target.host} did not answer in HTTP`));
  forwarded.end();
}

async function connectThrough(gate: Gate, incoming: IncomingMessage, client: Socket, rest: Buffer): Promise<void> {
  client.on("error", () => client.destroy());
  const target = parseAuthority(incoming.url ?? "");
  if (target === undefined) return refuse(client, 400, `CONNECT needs HOST:PORT, got ${shown(incoming.url)}`);
  const opened = await gate.open(target, false);
  if (isRefusal(opened)) return refuse(client, ...statusOf(opened, target));
  if (client.destroyed) {
    opened.destroy();
    return;
  }
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (rest.length > 0) opened.write(rest);
  tunnel(client, opened);
}

/** @returns the target, or what is wrong with the request */
function targetOf(incoming: IncomingMessage): AbsoluteForm | string {
  const url = incoming.url ?? "";
  if (/^https:/i.test(url)) return "https needs a tunnel: use CONNECT";
  const target = parseAbsoluteForm(url);
  if (target === undefined) return `expected http://HOST[:PORT]/PATH, got ${shown(url)}`;
  const hosts = incoming.rawHeaders.filter(
    (_, at) => at % 2 === 1 && /^host$/i.test(incoming.rawHeaders[at - 1] ?? ""),
  );
  if (hosts.length > 1) return "expected one Host header";
  const named = hosts[0] === undefined ? target : parseAuthority(hosts[0].trim(), 80);
  if (named?.host !== target.host || named.port !== target.port)
    return `the Host header names ${shown(hosts[0])}, and the target ${shown(url)}: expected the same host`;
  return target;
}

/** The headers to pass on, as names and values in turn. For a request, with the Host of its target. */
function passedOn(message: IncomingMessage, target?: AbsoluteForm): string[] {
  const listed = new Set(hopByHop);
  for (const name of (message.headers.connection ?? "").split(",")) listed.add(name.trim().toLowerCase());
  const { rawHeaders } = message;
  const headers: string[] = target === undefined ? [] : ["Host", authorityOf(target)];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (listed.has(name.toLowerCase()) || (target !== undefined && /^host$/i.test(name))) continue;
    headers.push(name, rawHeaders[at + 1] ?? "");
  }
  // Without a length, Node would not send the body of a request whose method usually has none.
  if (target !== undefined && message.headers["transfer-encoding"] !== undefined)
    headers.push("Transfer-Encoding", "chunked");
  return headers;
}

function authorityOf({ host, port }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === 80 ? name : `${name}:${port}`;
}

function headOf(response: IncomingMessage, connection?: string): string {
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`];
  const headers = connection === undefined ? response.rawHeaders : [...passedOn(response), "Connection", connection];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function isRefusal(opened: Socket | Refusal): opened is Refusal {
  return "denied" in opened || "failed" in opened;
}

function statusOf(refusal: Refusal, { host, port }: Target): [status: number, text: string] {
  if ("denied" in refusal) return [403, `${refusal.denied.message}. ${refusal.denied.fix.text}`];
  const at = `${host} port ${port}`;
  switch (refusal.failed) {
    case "name-unresolvable":
      return [502, `the name ${host} cannot be resolved`];
    case "timeout":
      return [504, `${at} does not answer`];
    case "refused":
      return [502, `${at} refused the connection`];
    case "unreachable":
      return [502, `${at} cannot be reached`];
  }
}

function answer(outgoing: ServerResponse, status: number, text: string): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  outgoing.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
  outgoing.end(`${text}\n`);
}

const statusTexts: Readonly<Record<number, string>> = {
  ...{ 400: "Bad Request", 403: "Forbidden", 431: "Request Header Fields Too Large" },
  ...{ 502: "Bad Gateway", 504: "Gateway Timeout" },
};

function refuse(client: Duplex, status: number, text: string): void {
  if (!client.writable) {
    client.destroy();
    return;
  }
  const body = Buffer.from(`${text}\n`);
  const head = [
    `HTTP/1.1 ${status} ${statusTexts[status] ?? ""}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  client.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}

function shown(text: string | undefined): string {
  return JSON.stringify((text ?? "").slice(0, 200));
}
