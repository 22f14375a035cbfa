import { Failure } from "../model/failure.js";
import { descriptorFlag } from "./constants.js";
import type { Context, Preview1Functions } from "./context.js";
import type { Descriptor } from "./descriptors.js";

type Connection = Extract<Descriptor, { kind: "connection" }>;

const receiveFlag = { peek: 1, waitAll: 2 } as const;
const shutdownFlag = { read: 1, write: 2 } as const;

/** Reads from a connection, and waits for data if it may. @returns the number of bytes copied; 0 at the end */
export function receive(
  { capabilities }: Context,
  { connection, nonBlock }: Connection,
  bytes: Uint8Array,
  { wait, peek }: { wait: boolean; peek: boolean },
): number {
  const { incoming } = connection;
  capabilities.network.pump();
  if (!incoming.ready) {
    if (!wait) return 0;
    if (nonBlock) throw new Failure("would-block");
    capabilities.network.until(() => incoming.ready);
  }
  const taken = peek ? incoming.peek(bytes.length) : incoming.take(bytes.length);
  bytes.set(taken);
  return taken.length;
}

/** @returns the number of bytes sent: all, or as many as there is room for if it must not wait */
export function send({ capabilities }: Context, { connection, nonBlock }: Connection, bytes: Uint8Array): number {
  const { outgoing } = connection;
  capabilities.network.pump();
  let sent = outgoing.write(bytes);
  if (sent === 0 && nonBlock) throw new Failure("would-block");
  while (sent < bytes.length && !nonBlock) {
    capabilities.network.until(() => outgoing.ready);
    sent += outgoing.write(bytes.subarray(sent));
  }
  return sent;
}

/** `sock_*`: a preview 1 program cannot open sockets, only accept connections on those that it is granted. */
export function connectionFunctions(context: Context): Preview1Functions {
  const { memory, descriptors, capabilities } = context;
  const connectionOf = (number: number): Connection => {
    const found = descriptors.get(number);
    if (found.kind === "connection") return found;
    throw new Failure(found.kind === "listener" ? "not-connected" : "not-socket");
  };
  const range = (vectors: number, index: number) => {
    const at = (vectors >>> 0) + index * 8;
    const view = memory.view(at, 8);
    return memory.bytes(view.getUint32(at, true), view.getUint32(at + 4, true));
  };
  return {
    sock_accept(number: number, flags: number, result: number) {
      const found = descriptors.get(number);
      if (found.kind !== "listener") throw new Failure(found.kind === "connection" ? "invalid" : "not-socket");
      const { listener } = found;
      memory.at(result, 4);
      if (!listener.ready && found.nonBlock) throw new Failure("would-block");
      capabilities.network.until(() => listener.ready);
      const connection = listener.accept();
      if (connection === undefined) throw new Failure("would-block");
      const nonBlock = (flags & descriptorFlag.nonBlock) !== 0;
      memory.setU32(result, descriptors.add({ kind: "connection", connection, nonBlock }));
    },
    sock_recv(number: number, vectors: number, count: number, flags: number, result: number, resultFlags: number) {
      const found = connectionOf(number);
      memory.at(result, 4);
      memory.bytes(resultFlags, 2).fill(0);
      const peek = (flags & receiveFlag.peek) !== 0;
      const waitAll = (flags & receiveFlag.waitAll) !== 0 && !peek;
      let received = 0;
      for (let index = 0; index < count >>> 0; index++) {
        const bytes = range(vectors, index);
        let filled = 0;
        while (filled < bytes.length) {
          const wait = received === 0 || waitAll;
          const now = receive(context, found, bytes.subarray(filled), { wait, peek });
          filled += now;
          received += now;
          if (now === 0 || peek) break;
        }
        if (filled < bytes.length || peek) break;
      }
      memory.setU32(result, received);
    },
    sock_send(number: number, vectors: number, count: number, _flags: number, result: number) {
      const found = connectionOf(number);
      memory.at(result, 4);
      let sent = 0;
      for (let index = 0; index < count >>> 0; index++) {
        const bytes = range(vectors, index);
        const now = sent > 0 && !found.connection.outgoing.ready ? 0 : send(context, found, bytes);
        sent += now;
        if (now < bytes.length) break;
      }
      memory.setU32(result, sent);
    },
    sock_shutdown(number: number, how: number) {
      const { connection } = connectionOf(number);
      if (how === 0 || how > 3) throw new Failure("invalid");
      if ((how & shutdownFlag.write) !== 0) connection.outgoing.end();
      if ((how & shutdownFlag.read) !== 0) connection.incoming.end();
    },
  };
}
