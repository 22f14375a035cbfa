import { canonicalAddress } from "../../../grants/network/addresses.js";
import { canonicalName } from "../../../grants/network/names.js";
import type { HostInterface } from "../../model/types.js";
import type { Field } from "../../network/protocol.js";
import type { Context } from "../io/context.js";
import { ErrorCase, withErrorCases } from "../io/error-cases.js";
import { errorCode } from "./error-code.js";
import { FutureResponse, type OutgoingRequest, type RequestOptions } from "./messages.js";
import { contentLength } from "./outgoing-body.js";

/** `wasi:http/outgoing-handler`. It does not follow redirects; the component can send another request. */
export const outgoingHandler = (context: Context): HostInterface => ({
  functions: withErrorCases(() => errorCode("internal-error"), {
    handle: (request: OutgoingRequest, options: RequestOptions | undefined) => {
      const { network } = context.capabilities;
      const { secure, host, port } = targetOf(request);
      const reach = network.access.mayRequest(host, port);
      if (reach === undefined) throw new ErrorCase(errorCode("HTTP-request-denied"));
      const exchange = network.request({
        method: request.method.tag === "other" ? (request.method.val ?? "GET") : request.method.tag.toUpperCase(),
        secure,
        host,
        port,
        path: pathOf(request),
        fields: [["host", request.authority!], ...request.headers.wire, ...framing(request)],
        publicOnly: reach === "public",
        connectTimeout: milliseconds(options?.connectTimeout),
        firstByteTimeout: milliseconds(options?.firstByteTimeout),
        betweenBytesTimeout: milliseconds(options?.betweenBytesTimeout),
      });
      if (request.body === undefined) exchange.outgoing.end();
      else request.body.attach(exchange.outgoing, () => exchange.close());
      return context.track(new FutureResponse(context, exchange));
    },
  }),
  resources: {},
});

function targetOf({ scheme, authority = "" }: OutgoingRequest): { secure: boolean; host: string; port: number } {
  if (scheme?.tag === "other") throw new ErrorCase(errorCode("HTTP-protocol-error"));
  const secure = scheme?.tag !== "HTTP";
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(authority);
  const given = match?.[1] ?? match?.[2] ?? "";
  const host = canonicalAddress(given) ?? canonicalName(given);
  const port = match?.[3] === undefined ? (secure ? 443 : 80) : Number(match[3]);
  if (host === undefined || port === 0 || port > 65535) throw new ErrorCase(errorCode("HTTP-request-URI-invalid"));
  return { secure, host, port };
}

function pathOf({ path = "/", method }: OutgoingRequest): string {
  if (path === "" || path.startsWith("?")) return `/${path}`;
  if (path.startsWith("/") || (path === "*" && method.tag === "options")) return path;
  throw new ErrorCase(errorCode("HTTP-request-URI-invalid"));
}

/** The field that says where the body ends, if the component's own fields do not. */
function framing({ body, headers }: OutgoingRequest): Field[] {
  return body === undefined || contentLength(headers) !== undefined ? [] : [["transfer-encoding", "chunked"]];
}

function milliseconds(nanoseconds: bigint | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : Math.max(1, Number(nanoseconds) / 1e6);
}
