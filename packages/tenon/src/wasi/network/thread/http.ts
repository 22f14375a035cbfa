import type { IncomingMessage } from "node:http";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { Command, Field } from "../protocol.js";
import { socketFailure } from "./failure.js";
import { Inflow } from "./inflow.js";
import { publicLookup } from "./lookup.js";
import type { ThreadContext, ThreadObject } from "./thread-object.js";

/** Cases of `wasi:http/types.error-code` by Node's codes. */
const reasons: Readonly<Record<string, string>> = {
  EAI_AGAIN: "DNS-timeout",
  ENOTFOUND: "DNS-error",
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-terminated",
  EHOSTUNREACH: "destination-not-found",
  ENETUNREACH: "destination-not-found",
  EPIPE: "connection-terminated",
  ETIMEDOUT: "connection-timeout",
  HPE_HEADER_OVERFLOW: "HTTP-response-header-section-size",
  TENON_DENIED: "destination-IP-prohibited",
  TENON_FIRST_BYTE: "HTTP-response-timeout",
  TENON_BETWEEN_BYTES: "connection-read-timeout",
  TENON_CONNECT: "connection-timeout",
};

export function startRequest(
  { id, request }: Extract<Command, { do: "request" }>,
  context: ThreadContext,
): ThreadObject {
  const { notify } = context;
  let settled = false;
  let inflow: Inflow | undefined;
  let received: IncomingMessage | undefined;
  const fail = (error: NodeJS.ErrnoException) => {
    if (settled) return;
    settled = true;
    notify({ is: "failed", id, reason: socketFailure(error), detail: reasonOf(error) });
  };
  // No agent: a connection belongs to this plugin alone and ends with the exchange.
  const outgoing = (request.secure ? secureRequest : plainRequest)({
    agent: false,
    host: request.host,
    port: request.port,
    method: request.method,
    path: request.path,
    headers: request.fields.flat(),
    ...(request.publicOnly ? { lookup: publicLookup } : {}),
  });
  const stopTimers = watch(outgoing, request, fail);
  outgoing.on("error", fail);
  outgoing.on("upgrade", (_response, socket) => socket.destroy());
  outgoing.on("response", (response: IncomingMessage) => {
    notify({ is: "response", id, status: response.statusCode ?? 0, fields: pairs(response.rawHeaders) });
    received = response;
    inflow = new Inflow(id, response, context);
    response.on("end", () => {
      settled = true;
      stopTimers();
      notify({ is: "ended", id, trailers: pairs(response.rawTrailers) });
    });
    response.on("error", fail);
  });
  outgoing.on("close", () => {
    stopTimers();
    // A response that has arrived whole ends when its last part is taken, which may be later.
    if (received?.complete !== true) fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  });
  // `flushHeaders` would encode the headers as UTF-8. Before a chunk of bytes they are sent unchanged.
  outgoing.write(new Uint8Array());
  return {
    write(bytes) {
      outgoing.write(bytes, (error) => {
        if (error == null) notify({ is: "written", id, bytes: bytes.length });
      });
    },
    end(trailers) {
      if (trailers.length > 0) outgoing.addTrailers(trailers as [string, string][]);
      outgoing.end();
    },
    consumed: (bytes) => inflow?.consumed(bytes),
    close() {
      settled = true;
      stopTimers();
      outgoing.destroy();
    },
  };
}

type Timeouts = Extract<Command, { do: "request" }>["request"];

/** Fails a request that exceeds its timeouts. @returns a function that stops the timers */
function watch(
  outgoing: ReturnType<typeof plainRequest>,
  { connectTimeout, firstByteTimeout, betweenBytesTimeout }: Timeouts,
  fail: (error: NodeJS.ErrnoException) => void,
): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (milliseconds: number | undefined, code: string) => {
    if (milliseconds === undefined) return () => {};
    const timer = setTimeout(
      () => {
        fail(Object.assign(new Error("timeout"), { code }));
        outgoing.destroy();
      },
      Math.min(milliseconds, 2 ** 31 - 1),
    );
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  };
  const connected = after(connectTimeout, "TENON_CONNECT");
  outgoing.on("socket", (socket) => {
    socket.once("connect", connected);
  });
  const answered = after(firstByteTimeout, "TENON_FIRST_BYTE");
  outgoing.on("response", (response) => {
    connected();
    answered();
    let between = after(betweenBytesTimeout, "TENON_BETWEEN_BYTES");
    response.on("data", () => {
      between();
      between = after(betweenBytesTimeout, "TENON_BETWEEN_BYTES");
    });
  });
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? "";
  const known = reasons[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return "HTTP-protocol-error";
  if (/^(ERR_TLS|CERT_|DEPTH_|UNABLE_TO|SELF_SIGNED)/.test(code)) return "TLS-certificate-error";
  return code.startsWith("ERR_SSL") || code === "EPROTO" ? "TLS-protocol-error" : "internal-error";
}

function pairs(raw: readonly string[]): Field[] {
  return Array.from({ length: raw.length / 2 }, (_, index): Field => [raw[index * 2]!, raw[index * 2 + 1]!]);
}
