import { wasiMisuse } from "../../errors/factories/wasi.js";
import { Failure } from "../model/failure.js";
import type { HostInterface } from "../model/types.js";
import type { Endpoint } from "../network/protocol.js";
import type { UdpSocket as SystemSocket } from "../network/udp-socket.js";
import { type Closable, type Context, noDestructor } from "./io/context.js";
import { socketCode, withErrorCases } from "./io/error-cases.js";
import { Pollable } from "./io/pollable.js";
import { endpointOf, type Family, type IpSocketAddress, isUnspecified, socketAddressOf } from "./socket-addresses.js";

const mostAtOnce = 64;
const optionDefaults: Readonly<Record<string, unknown>> = {
  "unicast-hop-limit": 64,
  "receive-buffer-size": 212_992n,
  "send-buffer-size": 212_992n,
};

interface OutgoingDatagram {
  readonly data: Uint8Array;
  readonly remoteAddress: IpSocketAddress | undefined;
}

/**
 * `wasi:sockets/udp.udp-socket`. It can send to the addresses that the plugin may connect to, and receives only from those. If
 * it is bound to an address on which the plugin may listen, it receives from all.
 */
class UdpSocket implements Closable {
  readonly family: Family;
  readonly options = new Map(Object.entries(optionDefaults));
  readonly #context: Context;
  #socket: SystemSocket | undefined;
  #state: "unbound" | "binding" | "bound" = "unbound";
  #listens = false;
  #remote: Endpoint | undefined;
  #allowed = 0;

  constructor(context: Context, family: Family) {
    this.#context = context;
    this.family = family;
  }

  startBind(address: IpSocketAddress): void {
    const local = endpointOf(address, this.family);
    if (this.#state !== "unbound") throw new Failure("invalid-state");
    this.#bind(local);
    this.#state = "binding";
  }

  finishBind(): void {
    if (this.#state !== "binding") throw new Failure("not-in-progress");
    this.#context.capabilities.network.pump();
    if (this.#socket?.settled !== true) throw new Failure("would-block");
    if (this.#socket.failure !== undefined) throw new Failure(this.#socket.failure);
    this.#state = "bound";
  }

  /** Binds the socket if it is not bound. @param remote the only peer; `undefined` for any */
  connect(remote: IpSocketAddress | undefined): void {
    if (this.#state === "binding") throw new Failure("invalid-state");
    const endpoint = remote === undefined ? undefined : this.#checked(remote);
    if (this.#state === "unbound") {
      const any = this.family === "ipv4" ? "0.0.0.0" : "::";
      const socket = this.#bind({ address: any, port: 0 });
      this.#context.capabilities.network.until(() => socket.settled);
      if (socket.failure !== undefined) throw new Failure(socket.failure);
      this.#state = "bound";
    }
    this.#remote = endpoint;
  }

  get local(): Endpoint {
    const local = this.#state === "bound" ? this.#socket?.local : undefined;
    if (local === undefined) throw new Failure("invalid-state");
    return local;
  }

  get remote(): Endpoint {
    if (this.#remote === undefined) throw new Failure("invalid-state");
    return this.#remote;
  }

  receive(most: bigint): { data: Uint8Array; remoteAddress: IpSocketAddress }[] {
    this.#context.capabilities.network.pump();
    const datagrams: { data: Uint8Array; remoteAddress: IpSocketAddress }[] = [];
    const limit = most < BigInt(mostAtOnce) ? Number(most) : mostAtOnce;
    while (datagrams.length < limit) {
      const next = this.#socket?.take();
      if (next === undefined) break;
      if (this.#hears(next.from)) datagrams.push({ data: next.bytes, remoteAddress: socketAddressOf(next.from) });
    }
    return datagrams;
  }

  checkSend(): bigint {
    this.#context.capabilities.network.pump();
    if (this.#socket?.failure !== undefined) throw new Failure(this.#socket.failure);
    this.#allowed = this.#socket?.writable === true ? mostAtOnce : 0;
    return BigInt(this.#allowed);
  }

  /** @returns the number of datagrams sent. A failure after the first is reported by the next call. */
  send(datagrams: readonly OutgoingDatagram[]): bigint {
    if (datagrams.length > this.#allowed)
      throw wasiMisuse(`sent ${datagrams.length} datagrams, but check-send allowed only ${this.#allowed}`);
    let sent = 0;
    for (const { data, remoteAddress } of datagrams) {
      try {
        this.#socket?.send(data, this.#target(remoteAddress));
      } catch (thrown) {
        if (sent === 0) throw thrown;
        break;
      }
      sent++;
    }
    this.#allowed -= sent;
    return BigInt(sent);
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#socket?.settled !== false);
  }

  subscribeIncoming(): Pollable {
    return new Pollable(() => (this.#socket?.held ?? 1) > 0 || this.#socket?.failure !== undefined);
  }

  subscribeOutgoing(): Pollable {
    return new Pollable(() => this.#socket?.writable !== false || this.#socket.failure !== undefined);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #bind(local: Endpoint): SystemSocket {
    const { network } = this.#context.capabilities;
    this.#listens = network.access.mayListen(local.address, local.port);
    // Without a grant to listen, it may only receive replies.
    if (!this.#listens && !(local.port === 0 && isUnspecified(local))) throw new Failure("access-denied");
    this.#socket = network.bindUdp(local);
    return this.#socket;
  }

  #target(remote: IpSocketAddress | undefined): Endpoint {
    if (remote === undefined) {
      if (this.#remote === undefined) throw new Failure("invalid");
      return this.#remote;
    }
    const endpoint = this.#checked(remote);
    const fixed = this.#remote;
    if (fixed !== undefined && (fixed.address !== endpoint.address || fixed.port !== endpoint.port)) {
      throw new Failure("invalid");
    }
    return endpoint;
  }

  #checked(remote: IpSocketAddress): Endpoint {
    const endpoint = endpointOf(remote, this.family);
    if (endpoint.port === 0 || isUnspecified(endpoint)) throw new Failure("invalid");
    const { access } = this.#context.capabilities.network;
    if (!access.mayConnect(endpoint.address, endpoint.port)) throw new Failure("access-denied");
    return endpoint;
  }

  #hears({ address, port }: Endpoint): boolean {
    if (this.#remote !== undefined) return this.#remote.address === address && this.#remote.port === port;
    return this.#listens || this.#context.capabilities.network.access.mayConnect(address, port);
  }
}

/** `wasi:sockets/udp-create-socket`. */
export const udpCreateSocket = (context: Context): HostInterface => ({
  functions: withErrorCases(socketCode, {
    "create-udp-socket": (family: Family) => {
      if (!context.capabilities.network.access.hasGrants) throw new Failure("access-denied");
      return context.track(new UdpSocket(context, family));
    },
  }),
  resources: {},
});

/** `wasi:sockets/udp`. */
export const udp = (context: Context): HostInterface => {
  const methods: Record<string, (self: UdpSocket, ...rest: any[]) => unknown> = {
    "[method]udp-socket.start-bind": (socket, _network: unknown, address: IpSocketAddress) => socket.startBind(address),
    "[method]udp-socket.finish-bind": (socket) => socket.finishBind(),
    "[method]udp-socket.stream": (socket, remote: IpSocketAddress | undefined) => {
      socket.connect(remote);
      return [new DatagramStream(socket), new DatagramStream(socket)];
    },
    "[method]udp-socket.local-address": (socket) => socketAddressOf(socket.local),
    "[method]udp-socket.remote-address": (socket) => socketAddressOf(socket.remote),
    "[method]udp-socket.address-family": (socket) => socket.family,
    "[method]udp-socket.subscribe": (socket) => socket.subscribe(),
  };
  for (const name of Object.keys(optionDefaults)) {
    methods[`[method]udp-socket.${name}`] = ({ options }) => options.get(name);
    methods[`[method]udp-socket.set-${name}`] = ({ options }, value: unknown) => {
      if (value === 0 || value === 0n) throw new Failure("invalid");
      options.set(name, value);
    };
  }
  const streams: Record<string, (self: DatagramStream, ...rest: any[]) => unknown> = {
    "[method]incoming-datagram-stream.receive": ({ socket }, most: bigint) => socket.receive(most),
    "[method]incoming-datagram-stream.subscribe": ({ socket }) => socket.subscribeIncoming(),
    "[method]outgoing-datagram-stream.check-send": ({ socket }) => socket.checkSend(),
    "[method]outgoing-datagram-stream.send": ({ socket }, datagrams: OutgoingDatagram[]) => socket.send(datagrams),
    "[method]outgoing-datagram-stream.subscribe": ({ socket }) => socket.subscribeOutgoing(),
  };
  return {
    functions: withErrorCases(socketCode, { ...methods, ...streams }),
    resources: {
      "udp-socket": (socket: UdpSocket) => context.release(socket),
      "incoming-datagram-stream": noDestructor,
      "outgoing-datagram-stream": noDestructor,
    },
  };
};

class DatagramStream {
  readonly socket: UdpSocket;

  constructor(socket: UdpSocket) {
    this.socket = socket;
  }
}
