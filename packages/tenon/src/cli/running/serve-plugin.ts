import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { findSignature } from "../../contract/model/signature.js";
import { addressUnavailable, httpHandlerMissing } from "../../errors/factories/command.js";
import { isTenonError } from "../../errors/index.js";
import type { Host } from "../../host/index.js";
import { createRequestListener, httpServer } from "../../http/index.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { closeOnExit, interrupted } from "../output/shutdown.js";
import { examinePlugin, type RunnablePlugin } from "./examine-plugin.js";
import { openPlugin, showLog } from "./open-plugin.js";
import type { RunOptions, RunRequest } from "./run-request.js";

/** The options of `tenon serve`, as commander reads them. */
export interface ServeOptions extends Omit<RunOptions, "contract" | "world" | "watch" | "inspect"> {
  readonly port: number;
  readonly host: string;
}

export interface ServeRequest {
  readonly plugin: string;
  readonly settings: unknown;
  readonly options: ServeOptions;
}

const handle = "wasi:http/incoming-handler@0.2.0#handle";
/** Milliseconds for running requests to finish when the server stops. */
const gracePeriod = 800;

/** Opens a plugin and serves requests with it until the program is interrupted. */
export async function servePlugin(host: Host, { plugin: path, settings, options }: ServeRequest, output: Output) {
  const request = {
    plugin: path,
    settings,
    options,
    name: undefined,
    words: [],
    contract: undefined,
    inspected: false,
  };
  const runnable = await withProgress(output, `reading ${path}`, () => examineServer(host, request));
  if (findSignature(runnable.contract, handle) === undefined) throw httpHandlerMissing(path, httpServer.id);
  showLog(host, output);
  const plugin = await withProgress(output, `opening ${path}`, () => openPlugin(host, runnable, request, output, true));
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
  await new Promise((resolve) => interrupted.addEventListener("abort", resolve));
}

/** Examines the plugin. One without a contract is taken to have the contract of HTTP servers. */
async function examineServer(host: Host, request: RunRequest): Promise<RunnablePlugin> {
  try {
    return await examinePlugin(host, request);
  } catch (thrown) {
    if (!isTenonError(thrown, "TENON_CONTRACT_MISSING")) throw thrown;
    return examinePlugin(host, { ...request, contract: httpServer });
  }
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
