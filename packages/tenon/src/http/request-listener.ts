import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Code } from "../errors/index.js";
import type { AnyPlugin } from "../host/index.js";
import { httpHandler } from "../program/http-handler-contract.js";
import { type HttpRequest, requestOf } from "./request.js";
import { type HttpResponse, sendResponse } from "./response.js";

export interface RequestListenerOptions {
  /** Milliseconds until the answer must have begun; 0 for no limit. Default: the plugin's limit. */
  readonly deadline?: number;
  /** Told of every request that failed: the client learns no more than a status. */
  onError?(error: Error, request: IncomingMessage): void;
}

/** The part of a plugin that answers requests. */
export type AnsweringPlugin = Pick<AnyPlugin, "call">;

const handle = `${httpHandler.id}#handle`;

/**
 * Answers the requests of a Node server with a plugin that has the contract {@link httpServer}. Bodies go through as they
 * come, both ways.
 *
 * What the plugin fails with is told to `onError`; the client is told 500, 503 where the plugin is not there, 504 after the
 * deadline, or the connection is cut where the answer has begun. A client that leaves cancels the call.
 *
 * ```ts
 * await using plugin = await open("plugins/site.wasm", httpServer, { place: "worker" });
 * createServer(createRequestListener(plugin)).listen(8080);
 * ```
 */
export function createRequestListener(plugin: AnsweringPlugin, options: RequestListenerOptions = {}): RequestListener {
  const { deadline, onError } = options;
  return (request, response) => {
    const left = new AbortController();
    response.once("close", () => left.abort());
    const control = { signal: left.signal, ...(deadline === undefined ? {} : { deadline }) };
    answer(plugin, requestOf(request), response, control).catch((error: Error & { readonly code?: Code }) => {
      if (!left.signal.aborted) onError?.(error, request);
      refuse(response, error);
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

function refuse(response: ServerResponse, { code }: { readonly code?: Code }): void {
  if (response.headersSent || response.destroyed) {
    // Whoever reads must learn that it is not whole.
    response.destroy();
    return;
  }
  response.writeHead(statusOf(code), { "content-type": "text/plain", connection: "close" });
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
