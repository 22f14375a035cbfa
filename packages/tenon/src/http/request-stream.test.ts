import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { RequestStream } from "./request-stream.js";

function streamed(): { source: PassThrough; stream: RequestStream } {
  const source = new PassThrough({ highWaterMark: 1024 * 1024 });
  return { source, stream: new RequestStream(source as unknown as IncomingMessage) };
}

test("returns the parts in order, then the end", async () => {
  const { source, stream } = streamed();
  source.write("one");
  source.write("two");
  source.end();
  const parts: string[] = [];
  for await (const part of stream) parts.push(Buffer.from(part).toString());
  expect(parts.join("")).toBe("onetwo");
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("stops the source while much is held, and goes on when it was read", async () => {
  const { source, stream } = streamed();
  const part = new Uint8Array(64 * 1024);
  const first = stream.next();
  for (let count = 0; count < 8; count++) source.write(part);
  let read = (await first).value!.length;
  expect(source.isPaused()).toBe(true);
  source.end();
  while (!source.readableEnded) read += (await stream.next()).value?.length ?? 0;
  for (let step = await stream.next(); step.done !== true; step = await stream.next()) read += step.value.length;
  expect(read).toBe(8 * part.length);
});

test("fails if the source closes before its end, after what has arrived", async () => {
  const { source, stream } = streamed();
  const first = stream.next();
  source.write("some");
  expect(Buffer.from((await first).value!).toString()).toBe("some");
  source.destroy();
  await expect(stream.next()).rejects.toThrow("before its body was complete");
});

test("a reader that leaves closes the source, unless it has not begun", async () => {
  const begun = streamed();
  const first = begun.stream.next();
  begun.source.write("some");
  await first;
  await begun.stream.return();
  expect(begun.source.destroyed).toBe(true);
  const other = streamed();
  await other.stream.return();
  expect(other.source.destroyed).toBe(false);
});
