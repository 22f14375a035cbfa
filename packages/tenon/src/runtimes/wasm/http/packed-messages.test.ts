import { expect, test } from "vitest";
import type { FromHandler, ToHandler } from "./messages.js";
import { packRequest, packResponse, unpackRequest, unpackResponse } from "./packed-messages.js";

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

function response(...middle: FromHandler[]): FromHandler[] {
  const fields: [string, string][] = [
    ["x-twice", "1"],
    ["x-twice", 'é\t"\\'],
  ];
  return [
    { is: "answer", answer: { is: "response", status: 201, fields } },
    ...middle,
    { is: "body", command: { do: "end", id: 7, trailers: [] } },
    { is: "handled", fault: undefined },
  ];
}

const write = (bytes: Uint8Array): FromHandler => ({ is: "body", command: { do: "write", id: 7, bytes } });

test("a request arrives unchanged", () => {
  const full = { method: "GET", scheme: "http", authority: "a", pathWithQuery: "/?ü", fields: [["host", "a"]] };
  const bare = { method: "X", scheme: undefined, authority: undefined, pathWithQuery: undefined, fields: [] };
  for (const [id, head] of [full, bare].entries()) {
    const message = { is: "request", id, head, whole: id === 0 } as unknown as Extract<ToHandler, { is: "request" }>;
    expect(unpackRequest(packRequest(message))).toEqual(message);
  }
});

test("a short response arrives unchanged, with any bytes or none", () => {
  for (const messages of [response(), response(write(everyByte))])
    expect(unpackResponse(packResponse(messages)!, 7)).toEqual(messages);
});

test("nothing else is packed", () => {
  const [answer, end, handled] = response() as [FromHandler, FromHandler, FromHandler];
  const others: FromHandler[][] = [
    [],
    [answer],
    [answer, end],
    [end, handled],
    [answer, end, { is: "handled", fault: "{}" }],
    [answer, { is: "body", command: { do: "end", id: 7, trailers: [["a", "b"]] } }, handled],
    [{ is: "answer", answer: { is: "refusal", code: "internal-error" } }, end, handled],
    [answer, { is: "log", line: { stream: "log", text: "a line" } }, end, handled],
    response(write(everyByte), write(everyByte)),
    response(write(new Uint8Array(5000))),
  ];
  for (const messages of others) expect(packResponse(messages)).toBeUndefined();
});
