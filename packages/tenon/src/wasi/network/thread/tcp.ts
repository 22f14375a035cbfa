import { createServer, connect as open, type Socket } from "node:net";
import { canonicalAddress } from "../addresses.js";
import type { Command, Endpoint } from "../protocol.js";
import { socketFailure } from "./failure.js";
import { Inflow } from "./flow.js";
import type { Served, Surroundings } from "./serve.js";

const mostWaiting = 64;

export function connect({ id, to, from }: Extract<Command, { do: "connect" }>, surroundings: Surroundings): Served {
  const socket = open({
    host: to.address,
    port: to.port,
    ...(from === undefined ? {} : { localAddress: from.address, localPort: from.port }),
    allowHalfOpen: true,
    noDelay: true,
  });
  socket.once("connect", () => {
    surroundings.tell({ is: "connected", id, local: localOf(socket), remote: remoteOf(socket) });
  });
  return serve(id, socket, surroundings);
}

export function listen({ id, at, backlog }: Extract<Command, { do: "listen" }>, surroundings: Surroundings): Served {
  // Connections that were not accepted yet. Further ones are refused.
  let waiting = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    if (waiting >= mostWaiting) {
      socket.destroy();
      return;
    }
    waiting++;
    const ends = { local: localOf(socket), remote: remoteOf(socket) };
    const connection = surroundings.adopt((own) => serve(own, socket, surroundings));
    surroundings.tell({ is: "accepted", id, connection, ...ends });
    socket.resume();
  });
  server.on("error", (error) => surroundings.tell({ is: "failed", id, reason: socketFailure(error) }));
  server.listen({ host: at.address, port: at.port, backlog, ipv6Only: true }, () => {
    const bound = server.address();
    if (bound !== null && typeof bound === "object") {
      surroundings.tell({ is: "bound", id, local: { address: at.address, port: bound.port } });
    }
  });
  return {
    consumed: () => waiting--,
    close: () => server.close(),
  };
}

function serve(id: number, socket: Socket, surroundings: Surroundings): Served {
  const { tell } = surroundings;
  const inflow = new Inflow(id, socket, surroundings);
  socket.on("end", () => tell({ is: "ended", id, trailers: [] }));
  socket.on("error", (error) => tell({ is: "failed", id, reason: socketFailure(error) }));
  return {
    write(bytes) {
      socket.write(bytes, (error) => {
        if (error == null) tell({ is: "written", id, bytes: bytes.length });
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
