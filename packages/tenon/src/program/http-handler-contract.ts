import { type Contract, contract, t } from "../contract/index.js";
import { parseInterfaceId } from "../contract/model/interface-keys.js";

/** HTTP fields in order. Each value is Latin-1 text, one character per byte. */
const fields = t.list(t.tuple(t.string, t.string));

const request = t.record("request", {
  method: t.string,
  scheme: t.option(t.string),
  authority: t.option(t.string),
  pathWithQuery: t.option(t.string),
  headers: fields,
  body: t.option(t.stream(t.u8)),
  trailers: t.option(t.future(fields)),
});

const response = t.record("response", {
  status: t.u16,
  headers: fields,
  body: t.stream(t.u8),
  trailers: t.future(fields),
});

/**
 * `wasi:http/incoming-handler` as an interface of a contract. A component's own `handle` takes a request and an out-parameter
 * for the response, both resources of the host. Here it is a function that returns the response, and bodies are streams.
 *
 * Its error case is the name of the `error-code` that the plugin returned.
 */
export const httpHandler = t.interface(
  { handle: t.func([["request", request]], t.result(response, t.string), { async: true }) },
  { id: "wasi:http/incoming-handler@0.2.0", docs: "Answers HTTP requests." },
);

/** The contract of HTTP servers: plugins that export `wasi:http/incoming-handler` and nothing else. */
export const httpServer: Contract<Record<never, never>, { incomingHandler: typeof httpHandler }> = contract(
  "tenon:http/server@0.1.0",
  { exports: { incomingHandler: httpHandler } },
);

/** Whether a component's export is `wasi:http/incoming-handler` of WASI 0.2. */
export function isHttpHandler(name: string): boolean {
  const id = parseInterfaceId(name);
  if (id?.namespace !== "wasi" || id.package !== "http" || id.name !== "incoming-handler") return false;
  return /^0\.2\.\d+$/.test(id.version ?? "");
}
