import type { HostInterface } from "../../model/types.js";
import { type Context, noDestructor } from "../io/context.js";
import { ErrorCase } from "../io/error-cases.js";
import type { IoError } from "../io/io-error.js";
import { type ErrorCode, errorCodeOf } from "./error-code.js";
import { Fields } from "./fields.js";
import type { FutureTrailers, IncomingBody } from "./incoming-body.js";
import {
  type FutureResponse,
  type IncomingRequest,
  type IncomingResponse,
  type MethodOrScheme,
  OutgoingRequest,
  OutgoingResponse,
  RequestOptions,
  type ResponseOutparam,
} from "./messages.js";
import type { OutgoingBody } from "./outgoing-body.js";

type Functions = Record<string, (...parameters: any[]) => unknown>;
type Answer = { readonly tag: "ok"; readonly val: OutgoingResponse } | { readonly tag: "err"; readonly val: ErrorCode };

/** `wasi:http/types`. */
export const httpTypes = (context: Context): HostInterface => ({
  functions: {
    ...fieldFunctions,
    ...outgoingFunctions(context),
    ...incomingFunctions,
    ...optionFunctions(),
    "http-error-code": ({ failure }: IoError) => errorCodeOf(failure),
  },
  resources: {
    fields: noDestructor,
    "incoming-request": noDestructor,
    "outgoing-request": noDestructor,
    "request-options": noDestructor,
    "response-outparam": noDestructor,
    "outgoing-response": noDestructor,
    "incoming-response": (response: IncomingResponse) => context.release(response),
    "incoming-body": (body: IncomingBody) => context.release(body),
    "future-trailers": (trailers: FutureTrailers) => context.release(trailers),
    "outgoing-body": (body: OutgoingBody) => context.release(body),
    "future-incoming-response": (response: FutureResponse) => context.release(response),
  },
});

const fieldFunctions: Functions = {
  "[constructor]fields": () => Fields.empty(),
  "[static]fields.from-list": (list: [string, Uint8Array][]) => Fields.fromList(list),
  "[method]fields.get": (fields: Fields, name: string) => fields.get(name),
  "[method]fields.has": (fields: Fields, name: string) => fields.has(name),
  "[method]fields.set": (fields: Fields, name: string, values: Uint8Array[]) => fields.set(name, values),
  "[method]fields.delete": (fields: Fields, name: string) => fields.delete(name),
  "[method]fields.append": (fields: Fields, name: string, value: Uint8Array) => fields.append(name, value),
  "[method]fields.entries": (fields: Fields) => fields.entries(),
  "[method]fields.clone": (fields: Fields) => fields.clone(),
};

function outgoingFunctions(context: Context): Functions {
  return {
    "[constructor]outgoing-request": (headers: Fields) => new OutgoingRequest(headers),
    "[method]outgoing-request.body": (request: OutgoingRequest) => request.takeBody(context),
    "[method]outgoing-request.headers": ({ headers }: OutgoingRequest) => headers,
    "[method]outgoing-request.method": ({ method }: OutgoingRequest) => method,
    "[method]outgoing-request.set-method": (request: OutgoingRequest, method: MethodOrScheme) => {
      if (method.tag === "other") must(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, method.val);
      request.method = method;
    },
    "[method]outgoing-request.path-with-query": ({ path }: OutgoingRequest) => path,
    "[method]outgoing-request.set-path-with-query": (request: OutgoingRequest, path: string | undefined) => {
      request.path = must(/^[\x21-\x7e]*$/, path);
    },
    "[method]outgoing-request.scheme": ({ scheme }: OutgoingRequest) => scheme,
    "[method]outgoing-request.set-scheme": (request: OutgoingRequest, scheme: MethodOrScheme | undefined) => {
      if (scheme?.tag === "other") must(/^[A-Za-z][A-Za-z0-9+.-]*$/, scheme.val);
      request.scheme = scheme;
    },
    "[method]outgoing-request.authority": ({ authority }: OutgoingRequest) => authority,
    "[method]outgoing-request.set-authority": (request: OutgoingRequest, authority: string | undefined) => {
      request.authority = must(/^(\[[0-9A-Fa-f:.]+\]|[^\s:@/?#\\[\]]+)(:\d{1,5})?$/, authority);
    },
    "[constructor]outgoing-response": (headers: Fields) => new OutgoingResponse(headers),
    "[method]outgoing-response.status-code": ({ status }: OutgoingResponse) => status,
    "[method]outgoing-response.set-status-code": (response: OutgoingResponse, status: number) => {
      if (status < 100 || status > 599) throw new ErrorCase(undefined);
      response.status = status;
    },
    "[method]outgoing-response.headers": ({ headers }: OutgoingResponse) => headers,
    "[method]outgoing-response.body": (response: OutgoingResponse) => response.takeBody(context),
    "[static]response-outparam.set": (outparam: ResponseOutparam, { val }: Answer) => outparam.set(val),
    "[method]outgoing-body.write": (body: OutgoingBody) => body.write(),
    "[static]outgoing-body.finish": (body: OutgoingBody, trailers: Fields | undefined) => body.finish(trailers),
  };
}

const incomingFunctions: Functions = {
  "[method]incoming-request.method": ({ method }: IncomingRequest) => method,
  "[method]incoming-request.path-with-query": ({ path }: IncomingRequest) => path,
  "[method]incoming-request.scheme": ({ scheme }: IncomingRequest) => scheme,
  "[method]incoming-request.authority": ({ authority }: IncomingRequest) => authority,
  "[method]incoming-request.headers": ({ headers }: IncomingRequest) => headers,
  "[method]incoming-request.consume": (request: IncomingRequest) => request.consume(),
  "[method]incoming-response.status": ({ status }: IncomingResponse) => status,
  "[method]incoming-response.headers": ({ headers }: IncomingResponse) => headers,
  "[method]incoming-response.consume": (response: IncomingResponse) => response.consume(),
  "[method]incoming-body.stream": (body: IncomingBody) => body.stream(),
  "[static]incoming-body.finish": (body: IncomingBody) => body.finish(),
  "[method]future-trailers.get": (trailers: FutureTrailers) => trailers.get(),
  "[method]future-trailers.subscribe": (trailers: FutureTrailers) => trailers.subscribe(),
  "[method]future-incoming-response.get": (response: FutureResponse) => response.get(),
  "[method]future-incoming-response.subscribe": (response: FutureResponse) => response.subscribe(),
};

function optionFunctions(): Functions {
  const functions: Functions = { "[constructor]request-options": () => new RequestOptions() };
  for (const [name, key] of [
    ["connect-timeout", "connectTimeout"],
    ["first-byte-timeout", "firstByteTimeout"],
    ["between-bytes-timeout", "betweenBytesTimeout"],
  ] as const) {
    functions[`[method]request-options.${name}`] = (options: RequestOptions) => options[key];
    functions[`[method]request-options.set-${name}`] = (options: RequestOptions, duration: bigint | undefined) => {
      options[key] = duration;
    };
  }
  return functions;
}

/** @throws ErrorCase if the text does not match */
function must(form: RegExp, text: string | undefined): string | undefined {
  if (text !== undefined && !form.test(text)) throw new ErrorCase(undefined);
  return text;
}
