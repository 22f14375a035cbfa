import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract } from "../contract/core.js";
import { findSignature } from "../contract/model/signature.js";
import type { CommandContext } from "../contributions/index.js";
import { addressUnavailable, httpHandlerMissing } from "../errors/factories/command.js";
import { isTenonError } from "../errors/index.js";
import { httpHandler, httpServer } from "../program/http-handler-contract.js";
import { createRequestListener } from "./request-listener.js";

/** The options of `tenon serve`. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly requestsPerInstance?: number;
  readonly [opening: string]: unknown;
}

/** Milliseconds for running requests to finish when the server stops. */
const gracePeriod = 800;

/** Opens a plugin and serves requests with it until the program is interrupted. */
export async function servePlugin(path: string, options: ServeOptions, context: CommandContext): Promise<void> {
  const { output, signal, closeOnExit } = context;
  const { requestsPerInstance } = options;
  const plugin = await context.open(path, {
    options,
    // A plugin without a contract is taken to have the contract of HTTP servers.
    fallback: httpServer,
    expects: (contract: Contract) => {
      if (findSignature(contract, `${httpHandler.id}#handle`) === undefined)
        throw httpHandlerMissing(path, httpServer.id);
    },
    restart: true,
    ...(requestsPerInstance === undefined ? {} : { requests: requestsPerInstance }),
  });
  const listener = createRequestListener(plugin, {
    onError: (error, { method, url }) =>
      output.note(`${output.noteColours.red("failed:")} ${method} ${url}: ${reasonOf(error)}`),
  });
  const server = createServer(listener);
  closeOnExit(() => close(server));
  const { port, address } = await listening(server, options);
  const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
  const { name, version, place } = plugin;
  if (output.json) output.document({ plugin: { name, version, place }, url });
  else output.line(url);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

async function listening(server: Server, { port, host }: ServeOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(addressUnavailable(host, port, cause.message, cause)));
    server.listen(port, host, resolve);
  });
  return server.address() as AddressInfo;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), gracePeriod);
  await closed;
  clearTimeout(late);
}

/** Returns why a request failed; for an error result of the plugin, which one it returned. */
function reasonOf(error: Error): string {
  return isTenonError(error, "TENON_CALL_RESULT") ? `the plugin returned the error ${error.payload}` : error.message;
}
