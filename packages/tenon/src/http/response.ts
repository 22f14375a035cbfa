import { once } from "node:events";
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
  response.once("close", leave);
  try {
    if (answer.status < 200) throw new RangeError(`expected a final status of 200 or more, found ${answer.status}`);
    response.writeHead(answer.status, own(answer.headers));
    if (hasNoBody(response, answer.status)) {
      response.end();
      return;
    }
    sendTogether(response);
    // Sends the headers. flushHeaders would write them as UTF-8.
    response.write(new Uint8Array());
    for (let step = await body.next(); step.done !== true; step = await body.next()) {
      if (response.destroyed) return;
      if (!response.write(step.value)) await room(response);
    }
    if (response.destroyed) return;
    const trailers = own(await answer.trailers);
    if (trailers.length > 0) response.addTrailers(inPairs(trailers));
    response.end();
  } finally {
    response.off("close", leave);
    await body.return?.();
  }
}

/** Sends the head together with what the plugin has already written of the body, in one packet. */
function sendTogether(response: ServerResponse): void {
  response.cork();
  setImmediate(() => response.uncork());
}

/** Waits until more can be written, or the response is closed. */
async function room(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  over.abort();
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
