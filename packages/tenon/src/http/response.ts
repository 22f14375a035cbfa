import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Value } from "../contract/index.js";
import type { httpHandler } from "../program/http-handler-contract.js";

type Result = (typeof httpHandler)["members"]["handle"]["result"];
/** An answer as the contract has it. */
export type HttpResponse = Value<NonNullable<Result["ok"]>>;

/** Fields that are the connection's business and not the plugin's. */
const connectionFields = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
]);

/**
 * Sends a plugin's answer, no faster than the client takes it. Returns where the client has left.
 *
 * @throws what breaks the body, and what Node refuses
 */
export async function sendResponse(answer: HttpResponse, response: ServerResponse): Promise<void> {
  const body = answer.body[Symbol.asyncIterator]();
  const leave = () => void body.return?.();
  response.once("close", leave);
  try {
    if (answer.status < 200) throw new RangeError(`${answer.status} is no final answer`);
    response.writeHead(answer.status, own(answer.headers));
    if (hasNoBody(response, answer.status)) {
      response.end();
      return;
    }
    // What flushHeaders does, which would write the fields as UTF-8.
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

/** Until more can be written, or nothing can ever be. */
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

/** As Node takes them: names and values in turn. */
function own(fields: HttpResponse["headers"]): string[] {
  return fields.flatMap(([name, value]) => (connectionFields.has(name.toLowerCase()) ? [] : [name, value]));
}

function inPairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);
}
