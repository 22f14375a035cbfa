import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Code } from "../errors/index.js";
import type { AnyPlugin } from "../host/index.js";
import { httpHandler } from "../program/http-handler-contract.js";
import { type HttpRequest, requestOf } from "./request.js";
import { type HttpResponse, sendResponse } from "./response.js";

export interface RequestListenerOptions {
  /** Milliseconds until the response must have started; 0 for no limit. Default: the plugin's limit. */
  readonly deadline?: number;
  /** Called for every request that failed. The client gets only a status code. */
  onError?(error: Error, request: IncomingMessage): void;
}

/** The part of a plugin that handles requests. */
export type AnsweringPlugin = Pick<AnyPlugin, "call">;

const handle = `${httpHandler.id}#handle`;

/**
 * Makes a request listener for a Node server from a plugin that has the contract {@link httpServer}. Bodies are streamed in
 * both directions.
 *
 * A request with an invalid target or an invalid, empty or repeated `Host` field gets 400, one for another scheme 421; the
 * plugin does not see it. If the plugin fails, `onError` is called, and the client gets 500, 503 if the plugin is not
 * available, or 504 after the deadline. If the response has already started, the connection is cut. A client that disconnects
 * cancels the call.
 *
 * ```ts
 * await using plugin = await open("plugins/site.wasm", httpServer, { place: "worker" });
 * createServer(createRequestListener(plugin)).listen(8080);
 * ```
 */
export function createRequestListener(plugin: AnsweringPlugin, options: RequestListenerOptions = {}): RequestListener {
  const { deadline, onError } = options;
  return (request, response) => {
    const asked = requestOf(request);
    if ("refused" in asked) {
      refuse(response, asked.refused);
      return;
    }
    const left = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) left.abort();
    });
    const control = { signal: left.signal, ...(deadline === undefined ? {} : { deadline }) };
    answer(plugin, asked, response, control).catch((error: Error & { readonly code?: Code }) => {
      if (!left.signal.aborted) onError?.(error, request);
      refuse(response, statusOf(error.code));
    });
  };
}

async function answer(
  plugin: AnsweringPlugin,
  request: HttpRequest,
  response: ServerResponse,
  control: { readonly signal: AbortSignal; readonly deadline?: number },
): Promise<void> {
  await sendResponse((await plugin.call(handle, [request], control)) as HttpResponse, response);
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) {
    // The client must notice that the response is incomplete. It gets what was written.
    response.uncork();
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain", connection: "close" });
  response.end();
}

const absent: ReadonlySet<Code> = new Set([
  "TENON_PLUGIN_CLOSED",
  "TENON_PLUGIN_CRASHED",
  "TENON_CIRCUIT_OPEN",
  "TENON_CALL_QUEUE_FULL",
]);

function statusOf(code: Code | undefined): number {
  if (code === "TENON_CALL_DEADLINE") return 504;
  return code !== undefined && absent.has(code) ? 503 : 500;
}
