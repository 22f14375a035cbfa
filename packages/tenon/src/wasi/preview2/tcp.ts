import { Failure } from "../model/failure.js";
import type { HostInterface } from "../model/types.js";
import type { Endpoint } from "../network/protocol.js";
import type { TcpConnection } from "../network/tcp-connection.js";
import type { TcpListener } from "../network/tcp-listener.js";
import type { Closable, Context } from "./io/context.js";
import { socketCode, withErrorCases } from "./io/error-cases.js";
import { InputStream } from "./io/input-stream.js";
import { OutputStream } from "./io/output-stream.js";
import { Pollable } from "./io/pollable.js";
import { endpointOf, type Family, type IpSocketAddress, isUnspecified, socketAddressOf } from "./socket-addresses.js";

type State = "unbound" | "binding" | "bound" | "connecting" | "connected" | "listening-soon" | "listening" | "closed";

/** Options that are only kept so that they can be read back: Node has no way to set them. */
const defaults: Readonly<Record<string, unknown>> = {
  "keep-alive-enabled": false,
  "keep-alive-idle-time": 7_200_000_000_000n,
  "keep-alive-interval": 75_000_000_000n,
  "keep-alive-count": 9,
  "hop-limit": 64,
  "receive-buffer-size": 262_144n,
  "send-buffer-size": 262_144n,
};

/** `wasi:sockets/tcp.tcp-socket`. Access is checked on connect and listen; binding alone reaches nothing. */
class TcpSocket implements Closable {
  readonly family: Family;
  readonly options = new Map(Object.entries(defaults));
  readonly #context: Context;
  #state: State = "unbound";
  #local: Endpoint | undefined;
  #backlog = 128;
  #connection: TcpConnection | undefined;
  #listener: TcpListener | undefined;

  constructor(context: Context, family: Family, connection?: TcpConnection) {
    this.#context = context;
    this.family = family;
    if (connection !== undefined) {
      this.#connection = connection;
      this.#state = "connected";
    }
  }

  startBind(address: IpSocketAddress): void {
    const local = endpointOf(address, this.family);
    this.#must("unbound");
    this.#local = local;
    this.#state = "binding";
  }

  finishBind(): void {
    this.#mustHaveBegun("binding");
    this.#state = "bound";
  }

  startConnect(address: IpSocketAddress): void {
    const remote = endpointOf(address, this.family);
    if (this.#state !== "unbound" && this.#state !== "bound") throw new Failure("invalid-state");
    if (remote.port === 0 || isUnspecified(remote)) throw new Failure("invalid");
    const { network } = this.#context.capabilities;
    if (!network.access.mayConnect(remote.address, remote.port)) throw new Failure("access-denied");
    this.#connection = network.connect(remote, this.#local);
    this.#state = "connecting";
  }

  finishConnect(): [InputStream, OutputStream] {
    const connection = this.#connection;
    this.#mustHaveBegun("connecting");
    this.#context.capabilities.network.pump();
    if (connection?.settled !== true) throw new Failure("would-block");
    if (connection.failure !== undefined) {
      this.#state = "closed";
      throw new Failure(connection.failure);
    }
    this.#state = "connected";
    return this.#streams(connection);
  }

  startListen(): void {
    if (this.#state !== "bound" || this.#local === undefined) throw new Failure("invalid-state");
    const { network } = this.#context.capabilities;
    if (!network.access.mayListen(this.#local.address, this.#local.port)) throw new Failure("access-denied");
    this.#listener = network.listen(this.#local, this.#backlog);
    this.#state = "listening-soon";
  }

  finishListen(): void {
    const listener = this.#listener;
    this.#mustHaveBegun("listening-soon");
    this.#context.capabilities.network.pump();
    if (listener?.settled !== true) throw new Failure("would-block");
    if (listener.failure !== undefined) {
      this.#state = "closed";
      throw new Failure(listener.failure);
    }
    this.#state = "listening";
  }

  accept(): [TcpSocket, InputStream, OutputStream] {
    this.#must("listening");
    this.#context.capabilities.network.pump();
    const connection = this.#listener?.accept();
    if (connection === undefined) throw new Failure("would-block");
    const socket = this.#context.track(new TcpSocket(this.#context, this.family, connection));
    return [socket, ...this.#streams(connection)];
  }

  /** The local address. For a socket bound to port 0, the port is known once it connects or listens. */
  get local(): Endpoint {
    const local = this.#connection?.local ?? this.#listener?.local ?? this.#local;
    if (local === undefined || this.#state === "binding") throw new Failure("invalid-state");
    return local;
  }

  get remote(): Endpoint {
    const remote = this.#state === "connected" ? this.#connection?.remote : undefined;
    if (remote === undefined) throw new Failure("invalid-state");
    return remote;
  }

  get listening(): boolean {
    return this.#state === "listening";
  }

  set backlog(size: bigint) {
    if (size === 0n) throw new Failure("invalid");
    if (this.#state === "connecting" || this.#state === "connected") throw new Failure("invalid-state");
    this.#backlog = Number(size < 4096n ? size : 4096n);
  }

  shutdown(how: "receive" | "send" | "both"): void {
    this.#must("connected");
    if (how !== "receive") this.#connection?.outgoing.end();
    if (how !== "send") this.#connection?.incoming.end();
  }

  subscribe(): Pollable {
    return new Pollable(() => {
      if (this.#state === "connecting") return this.#connection?.settled === true;
      if (this.#state === "listening-soon") return this.#listener?.settled === true;
      if (this.#state === "listening") return this.#listener?.ready === true;
      return true;
    });
  }

  close(): void {
    this.#state = "closed";
    this.#connection?.close();
    this.#listener?.close();
  }

  #streams(connection: TcpConnection): [InputStream, OutputStream] {
    return [
      this.#context.track(InputStream.ofNetwork(connection.incoming)),
      this.#context.track(OutputStream.ofNetwork(connection.outgoing)),
    ];
  }

  #must(state: State): void {
    if (this.#state !== state) throw new Failure("invalid-state");
  }

  #mustHaveBegun(state: State): void {
    if (this.#state !== state) throw new Failure("not-in-progress");
  }
}

/** `wasi:sockets/tcp-create-socket`. */
export const tcpCreateSocket = (context: Context): HostInterface => ({
  functions: withErrorCases(socketCode, {
    "create-tcp-socket": (family: Family) => {
      if (!context.capabilities.network.access.hasGrants) throw new Failure("access-denied");
      return context.track(new TcpSocket(context, family));
    },
  }),
  resources: {},
});

/** `wasi:sockets/tcp`. */
export const tcp = (context: Context): HostInterface => {
  const methods: Record<string, (self: TcpSocket, ...rest: any[]) => unknown> = {
    "start-bind": (socket, _network: unknown, address: IpSocketAddress) => socket.startBind(address),
    "finish-bind": (socket) => socket.finishBind(),
    "start-connect": (socket, _network: unknown, address: IpSocketAddress) => socket.startConnect(address),
    "finish-connect": (socket) => socket.finishConnect(),
    "start-listen": (socket) => socket.startListen(),
    "finish-listen": (socket) => socket.finishListen(),
    accept: (socket) => socket.accept(),
    "local-address": (socket) => socketAddressOf(socket.local),
    "remote-address": (socket) => socketAddressOf(socket.remote),
    "is-listening": (socket) => socket.listening,
    "address-family": (socket) => socket.family,
    "set-listen-backlog-size": (socket, size: bigint) => {
      socket.backlog = size;
    },
    subscribe: (socket) => socket.subscribe(),
    shutdown: (socket, how: "receive" | "send" | "both") => socket.shutdown(how),
  };
  for (const name of Object.keys(defaults)) {
    methods[name] = ({ options }) => options.get(name);
    methods[`set-${name}`] = ({ options }, value: unknown) => {
      if (value === 0 || value === 0n) throw new Failure("invalid");
      options.set(name, value);
    };
  }
  return {
    functions: withErrorCases(
      socketCode,
      Object.fromEntries(Object.entries(methods).map(([name, act]) => [`[method]tcp-socket.${name}`, act])),
    ),
    resources: { "tcp-socket": (socket: TcpSocket) => context.release(socket) },
  };
};
