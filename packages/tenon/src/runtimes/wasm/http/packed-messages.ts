import type { Field } from "../../../wasi/index.js";
import type { FromHandler, ToHandler } from "./messages.js";

// A text passes between threads for a fraction of what a structure of objects costs.

type RequestMessage = Extract<ToHandler, { is: "request" }>;
type Packed = [first: number, second: unknown, ...rest: (string | null)[]];

/** How many bytes the body of a response may have to be packed. */
const mostPacked = 2048;

export function packRequest({ id, whole, head }: RequestMessage): string {
  const { method, scheme, authority, pathWithQuery, fields } = head;
  return JSON.stringify([
    id,
    whole,
    method,
    scheme ?? null,
    authority ?? null,
    pathWithQuery ?? null,
    ...fields.flat(),
  ]);
}

export function unpackRequest(text: string): RequestMessage {
  const [id, whole, method, scheme, authority, pathWithQuery, ...flat] = JSON.parse(text) as Packed;
  const head = {
    method: method!,
    scheme: scheme ?? undefined,
    authority: authority ?? undefined,
    pathWithQuery: pathWithQuery ?? undefined,
    fields: fieldsOf(flat as string[]),
  };
  return { is: "request", id, head, whole: whole as boolean };
}

/** Packs what was reported of a request if that is a short, complete response and nothing else. */
export function packResponse(messages: readonly FromHandler[]): string | undefined {
  const [first, ...rest] = messages;
  if (first?.is !== "answer" || first.answer.is !== "response") return undefined;
  const body = rest.length === 3 ? writtenBy(rest.shift()!) : new Uint8Array();
  const [end, handled] = rest;
  if (body === undefined || body.length > mostPacked || rest.length !== 2) return undefined;
  if (end?.is !== "body" || end.command.do !== "end" || end.command.trailers.length > 0) return undefined;
  if (handled?.is !== "handled" || handled.fault !== undefined) return undefined;
  const { status, fields } = first.answer;
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  return JSON.stringify([status, text, ...fields.flat()]);
}

export function unpackResponse(packed: string, id: number): readonly FromHandler[] {
  const [status, text, ...flat] = JSON.parse(packed) as Packed;
  const bytes = Buffer.from(text as string, "latin1");
  const messages: FromHandler[] = [
    { is: "answer", answer: { is: "response", status, fields: fieldsOf(flat as string[]) } },
  ];
  // A copy: what the buffer shares belongs to others.
  if (bytes.length > 0) messages.push({ is: "body", command: { do: "write", id, bytes: new Uint8Array(bytes) } });
  messages.push({ is: "body", command: { do: "end", id, trailers: [] } }, { is: "handled", fault: undefined });
  return messages;
}

function writtenBy(message: FromHandler): Uint8Array | undefined {
  return message.is === "body" && message.command.do === "write" ? message.command.bytes : undefined;
}

function fieldsOf(flat: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let index = 0; index < flat.length; index += 2) fields.push([flat[index]!, flat[index + 1]!]);
  return fields;
}
