import { type Contract, type Signature, signatures, type Type } from "../../../contract/core.js";
import { functionTypes, innerTypes } from "../../../contract/model/reach.js";
import { pluginClosed } from "../../../errors/factories/closed.js";
import { handlerImportUnsupported } from "../../../errors/factories/component.js";
import { isHttpHandler } from "../../../program/http-handler-contract.js";
import type { LoadContext, LoadedPlugin } from "../linking/load-context.js";
import type { PluginFunction } from "../linking/plugin-function.js";
import { servesHttp } from "../modules/parsed-component.js";
import type { Request, Response } from "./exchange.js";
import { HandlerThreads } from "./handler-threads.js";

/** Returns the function of the contract for a component's `wasi:http/incoming-handler`, if it exports one. */
export function httpHandlerOf(bytes: Uint8Array, contract: Contract): Signature | undefined {
  if (!servesHttp(bytes)) return undefined;
  return signatures(contract.exports).find((signature) => {
    const item = signature.interface === undefined ? undefined : contract.exports[signature.interface];
    return item?.kind === "interface" && isHttpHandler(item.id ?? "") && signature.name === "handle";
  });
}

/**
 * Loads the HTTP handler of a component. Each request gets its own instance, in a thread that the plugin may block:
 * components of WASI 0.2 block while they wait. Meanwhile, the place's own thread passes bodies in and out.
 *
 * @throws TENON_COMPONENT_UNSUPPORTED, and what instantiating the component throws
 */
export async function loadHttpHandler(signature: Signature, loading: LoadContext): Promise<LoadedPlugin> {
  const { payload, request, shared, name } = loading;
  const { settings, options, grants, limits, contract, imports, signal } = request;
  const offered = signatures(contract.imports).filter(({ path }) => imports.get(path) !== undefined);
  for (const each of offered) assertPlainValues(each, payload.given);
  const threads = new HandlerThreads({
    ...{ name, payload, shared, settings, options, grants, limits, contract },
    imports: offered.map(({ path }) => path),
    functions: imports,
    log: (line) => request.log(line),
  });
  const abandon = () => threads.close(signal.reason);
  signal.addEventListener("abort", abandon);
  try {
    await threads.start();
  } catch (thrown) {
    threads.close(thrown);
    throw thrown;
  } finally {
    signal.removeEventListener("abort", abandon);
  }
  const call = (given: Request) => threads.handle(given);
  const handle: PluginFunction = {
    signature,
    call,
    start: call,
    cancel: (answer, reason) => threads.cancel(answer as Promise<Response>, reason),
  };
  return {
    functions: new Map([[signature.path, handle]]),
    release: () => threads.close(pluginClosed(payload.given)),
  };
}

/** Checks that a host function passes only plain values, which can cross between the handler's threads and the host. */
function assertPlainValues({ kind, label, type }: Signature, subject: string): void {
  const waiting: (Type | undefined)[] = functionTypes(type);
  let plain = kind === "function";
  for (let next = waiting.pop(); plain && next !== undefined; next = waiting.pop()) {
    plain = next.kind !== "own" && next.kind !== "borrow" && next.kind !== "stream" && next.kind !== "future";
    waiting.push(...innerTypes(next).filter((inner) => inner !== undefined));
  }
  if (!plain) throw handlerImportUnsupported(subject, label);
}
