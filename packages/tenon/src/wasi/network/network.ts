import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { NetworkAccess } from "../../grants/network/access.js";
import { ownFile } from "../../runtime/own-package.js";
import { Failure } from "../model/failure.js";
import type { Waker } from "../model/types.js";
import { HttpExchange } from "./http-exchange.js";
import { NameLookup } from "./name-lookup.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import type { Command, HttpRequest, Notice, ThreadData } from "./protocol.js";
import { TcpConnection } from "./tcp-connection.js";
import { TcpListener } from "./tcp-listener.js";
import { UdpSocket } from "./udp-socket.js";

const mostObjects = 1024;

/**
 * The network, for a plugin that blocks its thread: another thread does the waiting, and this one waits for it on shared
 * memory. The thread starts with the first object and stops with `close`.
 *
 * Ask {@link NetworkAccess} before you create an object. The thread checks only what it alone can see: the addresses that the
 * host name of an HTTP request resolves to.
 */
export class Network implements ObjectNetwork {
  readonly access: NetworkAccess;
  readonly #objects = new Map<number, NetworkObject>();
  readonly #waker: Waker | undefined;
  readonly #counter: Int32Array;
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #seen = 0;
  #lastId = 0;

  /** @param waker wakes this thread for events other than those of the network. */
  constructor(access: NetworkAccess, waker?: Waker) {
    this.access = access;
    this.#waker = waker;
    this.#counter = waker?.counter ?? new Int32Array(new SharedArrayBuffer(4));
  }

  /** Whether anything could happen. */
  get busy(): boolean {
    return this.#objects.size > 0;
  }

  connect(to: { address: string; port: number }, from?: { address: string; port: number }): TcpConnection {
    const id = this.#add();
    const connection = this.#keep(id, new TcpConnection(this, id));
    this.post({ do: "connect", id, to, from });
    return connection;
  }

  listen(at: { address: string; port: number }, backlog: number): TcpListener {
    const id = this.#add();
    const listener = this.#keep(id, new TcpListener(this, id));
    this.post({ do: "listen", id, at, backlog });
    return listener;
  }

  bindUdp(at: { address: string; port: number }): UdpSocket {
    const id = this.#add();
    const socket = this.#keep(id, new UdpSocket(this, id));
    this.post({ do: "bind", id, at });
    return socket;
  }

  resolve(name: string): NameLookup {
    const id = this.#add();
    const lookup = this.#keep(id, new NameLookup(this, id, name));
    this.post({ do: "resolve", id, name });
    return lookup;
  }

  request(request: HttpRequest): HttpExchange {
    const id = this.#add();
    const exchange = this.#keep(id, new HttpExchange(this, id));
    this.post({ do: "request", id, request });
    return exchange;
  }

  adopt<T extends NetworkObject>(id: number, object: T): T {
    return this.#keep(id, object);
  }

  post(command: Command): void {
    this.#started().postMessage(command);
  }

  drop(id: number): void {
    if (this.#objects.delete(id)) this.#port?.postMessage({ do: "close", id } satisfies Command);
  }

  pump(): boolean {
    this.#seen = Atomics.load(this.#counter, 0);
    let any = this.#waker?.pump() ?? false;
    if (this.#port === undefined) return any;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      const notice = next.message as Notice;
      any = true;
      const object = this.#objects.get(notice.id);
      if (object !== undefined) object.notice(notice);
      else if (notice.is === "accepted") this.post({ do: "close", id: notice.connection });
    }
    return any;
  }

  /** Blocks until something happens or the time has passed. @returns whether anything happened */
  wait(milliseconds: number): boolean {
    if (this.pump()) return true;
    this.#waker?.waits();
    Atomics.wait(this.#counter, 0, this.#seen, milliseconds);
    return this.pump();
  }

  /** Blocks until `done`. */
  until(done: () => boolean): void {
    this.pump();
    while (!done()) this.wait(Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#objects.clear();
    this.#port?.close();
    this.#port = undefined;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #add(): number {
    if (this.#objects.size >= mostObjects) throw new Failure("too-many-files");
    this.#started();
    return ++this.#lastId;
  }

  #keep<T extends NetworkObject>(id: number, object: T): T {
    this.#objects.set(id, object);
    return object;
  }

  #started(): MessagePort {
    if (this.#port !== undefined) return this.#port;
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = { port: port2, counter: this.#counter };
    this.#worker = new Worker(ownFile("wasi/network/thread/entry.js"), {
      name: "tenon network",
      env: {},
      argv: [],
      execArgv: [],
      workerData: data,
      transferList: [port2],
    });
    this.#worker.unref();
    // A thread that fails sends a notice for each object.
    this.#worker.on("error", () => {});
    port1.unref();
    this.#port = port1;
    return port1;
  }
}
