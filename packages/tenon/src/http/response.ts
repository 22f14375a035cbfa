import type { ServerResponse } from "node:http";
import type { Value } from "../contract/index.js";
import type { httpHandler } from "../program/http-handler-contract.js";

type Result = (typeof httpHandler)["members"]["handle"]["result"];
/** A response in the contract's types. */
export type HttpResponse = Value<NonNullable<Result["ok"]>>;

/** Header fields that belong to the connection, not to the plugin. */
const connectionFields = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
]);

/**
 * Sends a plugin's response, no faster than the client reads it. Returns early if the client disconnects.
 *
 * @throws what breaks the body, and what Node refuses.
 */
export async function sendResponse(answer: HttpResponse, response: ServerResponse): Promise<void> {
  const body = answer.body[Symbol.asyncIterator]();
  const leave = () => void body.return?.();
  let begun: Beginning | undefined;
  response.once("close", leave);
  try {
    if (answer.status < 200) throw new RangeError(`expected a final status of 200 or more, found ${answer.status}`);
    if (hasNoBody(response, answer.status)) {
      response.writeHead(answer.status, own(answer.headers)).end();
      return;
    }
    const beginning = new Beginning(response, answer);
    begun = beginning;
    for (let step = await body.next(); step.done !== true; step = await body.next()) {
      if (response.destroyed) return;
      if (!beginning.write(step.value)) await room(response);
    }
    if (response.destroyed) return;
    const trailers = own(await answer.trailers);
    beginning.end(trailers);
  } finally {
    begun?.send();
    response.off("close", leave);
    await body.return?.();
  }
}

/** Milliseconds for which a head waits for the body. */
const patienceMilliseconds = 1;

/**
 * The beginning of a response: its head is sent together with what the plugin immediately writes of the body. If that is all
 * of it, the client is told the length.
 */
class Beginning {
  readonly #response: ServerResponse;
  readonly #answer: HttpResponse;
  readonly #soon = setTimeout(() => this.send(), patienceMilliseconds);
  #first: Uint8Array | undefined;
  #sent = false;

  constructor(response: ServerResponse, answer: HttpResponse) {
    this.#response = response;
    this.#answer = answer;
  }

  /** Sends what was held back. */
  send(): void {
    if (this.#sent) return;
    this.#sent = true;
    clearTimeout(this.#soon);
    const response = this.#response;
    if (response.destroyed) return;
    response.writeHead(this.#answer.status, own(this.#answer.headers));
    // Sends the head if there is nothing else. flushHeaders would write it as UTF-8.
    response.write(this.#first ?? new Uint8Array());
  }

  /** Returns whether more can be written. */
  write(part: Uint8Array): boolean {
    if (this.#sent) return this.#response.write(part);
    if (this.#first === undefined) {
      this.#first = part;
      return true;
    }
    this.#response.cork();
    this.send();
    const more = this.#response.write(part);
    this.#response.uncork();
    return more;
  }

  end(trailers: readonly string[]): void {
    const response = this.#response;
    if (this.#sent || trailers.length > 0) {
      response.cork();
      this.send();
      if (trailers.length > 0) response.addTrailers(inPairs(trailers));
      response.end();
      response.uncork();
      return;
    }
    this.#sent = true;
    clearTimeout(this.#soon);
    const { status, headers } = this.#answer;
    const fields = own(headers);
    const first = this.#first ?? new Uint8Array();
    if (!declaresLength(fields)) fields.push("content-length", String(first.length));
    response.writeHead(status, fields).end(first);
  }
}

function declaresLength(fields: readonly string[]): boolean {
  return fields.some((name, index) => index % 2 === 0 && name.toLowerCase() === "content-length");
}

/** Waits until more can be written, or the response is closed. */
function room(response: ServerResponse): Promise<void> | undefined {
  if (response.destroyed) return undefined;
  return new Promise((resolve) => {
    const over = () => {
      response.off("drain", over);
      response.off("close", over);
      resolve();
    };
    response.on("drain", over);
    response.on("close", over);
  });
}

function hasNoBody({ req }: ServerResponse, status: number): boolean {
  return req.method === "HEAD" || status === 204 || status === 304;
}

/** The plugin's own fields as Node expects them: names and values alternate. */
function own(fields: HttpResponse["headers"]): string[] {
  return fields.flatMap(([name, value]) => (connectionFields.has(name.toLowerCase()) ? [] : [name, value]));
}

function inPairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);
}
