import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { canonicalAddress } from "../../../grants/network/addresses.js";
import type { Command } from "../protocol.js";
import { socketFailure } from "./failure.js";
import type { ThreadContext, ThreadObject } from "./thread-object.js";

export function bind({ id, at }: Extract<Command, { do: "bind" }>, { notify }: ThreadContext): ThreadObject {
  const socket = createSocket(isIPv6(at.address) ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
  socket.on("error", (error) => notify({ is: "failed", id, reason: socketFailure(error) }));
  socket.on("message", (message, { address, port }) => {
    const canonical = canonicalAddress(address);
    if (canonical !== undefined) {
      notify({ is: "datagram", id, bytes: new Uint8Array(message), from: { address: canonical, port } });
    }
  });
  socket.bind({ address: at.address, port: at.port, exclusive: true }, () => {
    notify({ is: "bound", id, local: { address: at.address, port: socket.address().port } });
  });
  return {
    send(bytes, to) {
      // A datagram that cannot be sent counts as lost, as in any network.
      socket.send(bytes, to.port, to.address, () => notify({ is: "written", id, bytes: bytes.length }));
    },
    close: () => socket.close(),
  };
}
