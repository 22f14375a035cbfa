import type { ServedExchange } from "../../network/served-exchange.js";
import type { Context } from "../io/context.js";
import { Fields } from "./fields.js";
import { IncomingBody } from "./incoming-body.js";
import { IncomingRequest, type MethodOrScheme, OutgoingResponse, ResponseOutparam } from "./messages.js";

/** The arguments of `wasi:http/incoming-handler.handle`. */
export interface IncomingExchange {
  readonly request: IncomingRequest;
  readonly outparam: ResponseOutparam;
}

/** Creates the resources of a request that a component serves. */
export function incomingExchange(context: Context, exchange: ServedExchange): IncomingExchange {
  const { method, scheme, authority, pathWithQuery, fields } = exchange.head;
  const head = {
    method: named(method, methods),
    scheme: scheme === undefined ? undefined : named(scheme, schemes),
    authority,
    path: pathWithQuery,
    headers: Fields.received(fields),
  };
  // The thread that received the request discards the rest of a body that is not read.
  const body = context.track(new IncomingBody(context, exchange.incoming, () => {}));
  const outparam = new ResponseOutparam((answer) => {
    if (!(answer instanceof OutgoingResponse)) {
      exchange.answer({ is: "refusal", code: answer.tag });
      return;
    }
    exchange.answer({ is: "response", status: answer.status, fields: answer.headers.wire });
    if (answer.body === undefined) exchange.outgoing.end();
    else answer.body.attach(exchange.outgoing, () => exchange.close());
  });
  return { request: new IncomingRequest(head, body), outparam };
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);
const schemes = new Set(["http", "https"]);

/** Returns a case of `method` or `scheme`, by its name in HTTP. */
function named(name: string, known: ReadonlySet<string>): MethodOrScheme {
  if (!known.has(name)) return { tag: "other", val: name };
  return { tag: known === methods ? name.toLowerCase() : name.toUpperCase() };
}
