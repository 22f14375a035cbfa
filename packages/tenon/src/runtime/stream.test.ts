import { expect, test } from "vitest";
import { t } from "../contract/index.js";
import { errors } from "../errors/index.js";
import { Boundary } from "./boundary.js";

const create = () => new Boundary({ table: { get: () => undefined }, validates: true });

/** A source that answers each request when the test says so. */
function manual() {
  const asked: { resolve(step: IteratorResult<number>): void; reject(cause: unknown): void }[] = [];
  const seen = { stopped: 0 };
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
      return: async () => {
        seen.stopped++;
        return { done: true, value: undefined };
      },
    }),
  };
  return { asked, seen, source };
}

test("closing the boundary interrupts every read that waits, and stops the source once", async () => {
  const boundary = create();
  const { asked, seen, source } = manual();
  const stream = boundary.stream(t.u32, source, true, "async")[Symbol.asyncIterator]();
  const first = stream.next();
  asked[0]?.resolve({ done: false, value: 1 });
  expect(await first).toEqual({ done: false, value: 1 });
  const waiting = [stream.next(), stream.next()];
  await boundary.close(errors.TENON_PLUGIN_CLOSED("closed"));
  for (const read of [...waiting, stream.next()])
    await expect(read).rejects.toMatchObject({ code: "TENON_STREAM_BROKEN" });
  // What the source still answers has no reader any more.
  asked[1]?.resolve({ done: false, value: 2 });
  asked[2]?.reject(new Error("late"));
  expect(seen.stopped).toBe(1);
  expect(boundary.idle()).toBeUndefined();
});

test("a source that throws in next() itself breaks the stream", async () => {
  const boundary = create();
  const source = {
    [Symbol.asyncIterator]: () => ({
      next(): Promise<IteratorResult<number>> {
        throw new Error("no more");
      },
    }),
  };
  const stream = boundary.stream(t.u32, source, true, "async")[Symbol.asyncIterator]();
  await expect(stream.next()).rejects.toMatchObject({ code: "TENON_STREAM_BROKEN" });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
