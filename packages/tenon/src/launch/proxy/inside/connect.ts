import net, { type Socket } from "node:net";
import tls from "node:tls";
import { proxySocket } from "./place.js";

/**
 * Loaded into a sandboxed plugin's Node before the plugin: TCP connections go through the proxy's socket, so that `net`, `tls`,
 * `http`, `https` and `fetch` work within the grant as they do without a sandbox. Names are resolved by the proxy.
 */

interface Handle {
  readonly [symbol: symbol]: unknown;
}
/** What of a socket is its own business, and has been the same in every version of Node since 12. */
interface Internals {
  _handle: Handle | null;
  connecting: boolean;
}

const connectDirectly = net.Socket.prototype.connect;
const refused: Readonly<Record<number, string>> = { 2: "EACCES", 4: "EHOSTUNREACH", 5: "ECONNREFUSED" };

net.Socket.prototype.connect = function connect(this: Socket, ...given: unknown[]): Socket {
  const [first, ...others] = (Array.isArray(given[0]) ? given[0] : given) as unknown[];
  const listener = others.find((each) => typeof each === "function") as (() => void) | undefined;
  const options = typeof first === "object" && first !== null ? (first as net.TcpNetConnectOpts) : undefined;
  const port = Number(options?.port ?? first);
  const isPath = options === undefined && typeof first === "string" && Number.isNaN(port);
  if (isPath || (options !== undefined && "path" in options && options.path != null) || Number.isNaN(port))
    return connectDirectly.apply(this, given as never);
  const host = options?.host ?? (typeof others[0] === "string" ? others[0] : "localhost");
  if (listener !== undefined) this.once("connect", listener);
  through(this, host, port);
  return this;
} as typeof net.Socket.prototype.connect;

const connectTls = tls.connect;
tls.connect = ((...given: unknown[]): tls.TLSSocket => {
  const options = optionsOf(given);
  const listener = given.find((each) => typeof each === "function") as (() => void) | undefined;
  if (options.socket !== undefined || options.path != null)
    return (connectTls as (...parameters: unknown[]) => tls.TLSSocket)(...given);
  const socket = net.connect({ host: options.host ?? "localhost", port: Number(options.port) });
  const servername = options.servername ?? (net.isIP(options.host ?? "") === 0 ? options.host : "");
  const secured = connectTls({ ...options, socket, ...(servername === undefined ? {} : { servername }) }, listener);
  socket.once("error", (error) => secured.destroy(error));
  return secured;
}) as typeof tls.connect;

function optionsOf(given: readonly unknown[]): tls.ConnectionOptions {
  let options: tls.ConnectionOptions = {};
  const [first, second] = given;
  if (typeof first === "number" || typeof first === "string") options = { port: Number(first) };
  if (typeof first === "number" && typeof second === "string") options = { ...options, host: second };
  for (const each of given) if (typeof each === "object" && each !== null) options = { ...options, ...each };
  return options;
}

/** Addresses of the host's, if they are granted; otherwise of the sandbox itself, where the plugin may listen. */
const loopback = /^(?:localhost|127\.[\d.]+|::1)$/i;

/** Connects a socket by way of the proxy: another one does the handshake, and then gives its handle. */
function through(socket: Socket, host: string, port: number): void {
  const own = socket as unknown as Internals;
  own.connecting = true;
  const way = new net.Socket({ allowHalfOpen: true });
  const fail = (code: string, why: string) => {
    way.destroy();
    own.connecting = false;
    const message = `connect ${code} ${host}:${port}${why}`;
    socket.destroy(Object.assign(new Error(message), { code, syscall: "connect", address: host, port }));
  };
  socket.once("close", () => way.destroy());
  way.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "ECONNREFUSED", ""));
  let bytes = Buffer.alloc(0);
  let step: "greeting" | "request" = "greeting";
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (step === "greeting" && bytes.length >= 2) {
      bytes = bytes.subarray(2);
      step = "request";
      way.write(request(host, port));
    }
    if (step !== "request" || bytes.length < 10) return;
    way.off("data", onData);
    const reply = bytes[1] ?? 1;
    if (reply === 2 && loopback.test(host)) {
      way.destroy();
      connectDirectly.call(socket, { host, port } as never);
      return;
    }
    if (reply !== 0) return fail(refused[reply] ?? "ECONNREFUSED", reply === 2 ? ": not granted (grants.network)" : "");
    adopt(socket, way, bytes.subarray(10));
  };
  way.on("data", onData);
  way.once("end", () => step === "request" && way.destroy());
  connectDirectly.call(way, { path: proxySocket } as never);
  way.write(Uint8Array.of(5, 1, 0));
}

/** A request of SOCKS 5: to connect. Source: RFC 1928, section 4. */
function request(host: string, port: number): Uint8Array {
  const name = Buffer.from(host);
  return Uint8Array.from([5, 1, 0, 3, Math.min(name.length, 255), ...name.subarray(0, 255), port >> 8, port & 255]);
}

function adopt(socket: Socket, way: Socket, rest: Buffer): void {
  const own = socket as unknown as Internals;
  const from = way as unknown as Internals;
  const handle = from._handle;
  if (handle === null || socket.destroyed) {
    way.destroy();
    return;
  }
  from._handle = null;
  way.removeAllListeners("close");
  // A socket made with a handle sets it up as its own; its owner is then the one that asked.
  const made = new net.Socket({ handle, allowHalfOpen: true } as unknown as net.SocketConstructorOpts);
  (made as unknown as Internals)._handle = null;
  const owner = Object.getOwnPropertySymbols(handle).find(({ description }) => description === "owner_symbol");
  if (owner !== undefined) (handle as Record<symbol, unknown>)[owner] = socket;
  own._handle = handle;
  own.connecting = false;
  socket.emit("connect");
  socket.emit("ready");
  if (rest.length > 0) socket.push(rest);
  if (!socket.isPaused()) socket.read(0);
}
