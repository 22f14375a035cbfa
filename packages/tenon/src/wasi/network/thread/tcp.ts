import { createServer, connect as open, type Socket } from "node:net";
import { canonicalAddress } from "../../../grants/network/addresses.js";
import type { Command, Endpoint } from "../protocol.js";
import { socketFailure } from "./failure.js";
import { Inflow } from "./inflow.js";
import type { ThreadContext, ThreadObject } from "./thread-object.js";

const mostWaiting = 64;

export function connect({ id, to, from }: Extract<Command, { do: "connect" }>, context: ThreadContext): ThreadObject {
  const socket = open({
    host: to.address,
    port: to.port,
    ...(from === undefined ? {} : { localAddress: from.address, localPort: from.port }),
    allowHalfOpen: true,
    noDelay: true,
  });
  socket.once("connect", () => {
    context.notify({ is: "connected", id, local: localOf(socket), remote: remoteOf(socket) });
  });
  return serve(id, socket, context);
}

export function listen({ id, at, backlog }: Extract<Command, { do: "listen" }>, context: ThreadContext): ThreadObject {
  // Connections that were not accepted yet. Further ones are refused.
  let waiting = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    if (waiting >= mostWaiting) {
      socket.destroy();
      return;
    }
    waiting++;
    const ends = { local: localOf(socket), remote: remoteOf(socket) };
    const connection = context.adopt((own) => serve(own, socket, context));
    context.notify({ is: "accepted", id, connection, ...ends });
    socket.resume();
  });
  server.on("error", (error) => context.notify({ is: "failed", id, reason: socketFailure(error) }));
  server.listen({ host: at.address, port: at.port, backlog, ipv6Only: true }, () => {
    const bound = server.address();
    if (bound !== null && typeof bound === "object") {
      context.notify({ is: "bound", id, local: { address: at.address, port: bound.port } });
    }
  });
  return {
    consumed: () => waiting--,
    close: () => server.close(),
  };
}

function serve(id: number, socket: Socket, context: ThreadContext): ThreadObject {
  const { notify } = context;
  const inflow = new Inflow(id, socket, context);
  socket.on("end", () => notify({ is: "ended", id, trailers: [] }));
  socket.on("error", (error) => notify({ is: "failed", id, reason: socketFailure(error) }));
  return {
    write(bytes) {
      socket.write(bytes, (error) => {
        if (error == null) notify({ is: "written", id, bytes: bytes.length });
      });
    },
    end: () => socket.end(),
    consumed: (bytes) => inflow.consumed(bytes),
    // What was written before is still sent, as when a socket is closed.
    close() {
      socket.removeAllListeners("data");
      socket.resume();
      if (socket.writableLength === 0) socket.destroy();
      else socket.end(() => socket.destroy());
    },
  };
}

function localOf({ localAddress = "", localPort = 0 }: Socket): Endpoint {
  return { address: canonicalAddress(localAddress) ?? localAddress, port: localPort };
}

function remoteOf({ remoteAddress = "", remotePort = 0 }: Socket): Endpoint {
  return { address: canonicalAddress(remoteAddress) ?? remoteAddress, port: remotePort };
}
