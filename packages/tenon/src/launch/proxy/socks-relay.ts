import type { Socket } from "node:net";
import type { Gate, Refusal } from "./gate.js";
import {
  type Malformed,
  type Read,
  readGreeting,
  readRequest,
  socksReplies,
  socksReply,
  socksVersion,
} from "./socks.js";
import { targetOf } from "./target.js";
import { tunnel } from "./tunnel.js";

const handshakeMilliseconds = 10_000;
const noneAcceptable = 0xff;

/** The SOCKS half of the proxy: version 5, connections only, by name or address, without authentication. */
export async function socksRelay(gate: Gate, client: Socket, first: Buffer): Promise<void> {
  const bytes = new Incoming(client, first);
  client.setTimeout(handshakeMilliseconds, () => client.destroy());
  const greeting = await bytes.read(readGreeting);
  if (greeting === undefined) {
    client.destroy();
    return;
  }
  if (!greeting.open) {
    client.end(Uint8Array.of(socksVersion, noneAcceptable));
    return;
  }
  client.write(Uint8Array.of(socksVersion, 0));
  const request = await bytes.read(readRequest);
  if (request === undefined) {
    client.destroy();
    return;
  }
  const reply = (code: number) => void client.end(socksReply(code));
  if (request.command !== 1) return reply(socksReplies.commandUnsupported);
  if (request.host === undefined) return reply(socksReplies.addressUnsupported);
  const target = targetOf(request.host, request.port);
  if (target === undefined) return reply(socksReplies.failed);
  const opened = await gate.open(target, false);
  if ("denied" in opened || "failed" in opened) return reply(codeOf(opened));
  if (client.destroyed) {
    opened.destroy();
    return;
  }
  client.write(socksReply(socksReplies.succeeded));
  const rest = bytes.stop();
  if (rest.length > 0) opened.write(rest);
  tunnel(client, opened);
}

function codeOf(refusal: Refusal): number {
  if ("denied" in refusal) return socksReplies.notAllowed;
  return refusal.failed === "refused" ? socksReplies.refused : socksReplies.hostUnreachable;
}

/** Most bytes that a handshake may have. */
const mostBytes = 1024;

/** The bytes of a client, read as messages. */
class Incoming {
  readonly #client: Socket;
  readonly #onData = (chunk: Buffer): void => this.#add(chunk);
  readonly #onEnd = (): void => this.#wake?.();
  #bytes: Buffer;
  #wake: (() => void) | undefined;

  constructor(client: Socket, first: Buffer) {
    this.#client = client;
    this.#bytes = first;
    client.on("data", this.#onData);
    client.once("end", this.#onEnd);
    client.once("close", this.#onEnd);
    client.resume();
  }

  /** @returns `undefined` if the client ends first, or sends something else */
  async read<T>(reader: (bytes: Uint8Array) => Read<T> | Malformed | undefined): Promise<T | undefined> {
    for (;;) {
      const read = reader(this.#bytes);
      if (read === "malformed") return undefined;
      if (read !== undefined) {
        this.#bytes = this.#bytes.subarray(read.length);
        return read.message;
      }
      if (this.#client.readableEnded || this.#client.destroyed) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** @returns what came after the handshake */
  stop(): Buffer {
    this.#client.pause();
    this.#client.off("data", this.#onData);
    this.#client.off("end", this.#onEnd);
    this.#client.off("close", this.#onEnd);
    return this.#bytes;
  }

  #add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    // A client that does not wait for the answer is stopped until there is one.
    if (this.#bytes.length > mostBytes) this.#client.pause();
    this.#wake?.();
  }
}
