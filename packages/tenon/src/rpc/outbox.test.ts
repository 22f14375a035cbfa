import { describe, expect, it } from "vitest";
import { batchBytes } from "./envelope.js";
import { Outbox, TooLarge } from "./outbox.js";

function outbox() {
  const frames: Uint8Array[] = [];
  return { frames, outbox: new Outbox((frame) => frames.push(Uint8Array.from(frame))) };
}

describe("an outbox", () => {
  it("sends the messages of one turn in one frame, each with its length", async () => {
    const { frames, outbox: box } = outbox();
    box.begin(1, 100).varint(5);
    box.commit();
    box.begin(2, 100).text("ab");
    box.commit();
    expect(frames).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(frames).toEqual([Uint8Array.of(2, 0, 0, 0, 1, 5, 4, 0, 0, 0, 2, 2, 97, 98)]);
  });

  it("sends a large batch immediately", () => {
    const { frames, outbox: box } = outbox();
    box.begin(1, 1_000_000).blob(new Uint8Array(batchBytes));
    box.commit();
    expect(frames).toHaveLength(1);
  });

  it("can put a message before those already collected", async () => {
    const { frames, outbox: box } = outbox();
    box.begin(1, 100).byte(5);
    box.commit();
    box.prepend(2, (writer) => writer.byte(6));
    await new Promise((resolve) => setImmediate(resolve));
    expect(frames).toEqual([Uint8Array.of(2, 0, 0, 0, 2, 6, 2, 0, 0, 0, 1, 5)]);
  });

  it("keeps every byte while its buffer grows", () => {
    // Each length ends the buffer at another place: the next number or message is what makes it grow.
    for (let length = 4060; length < 4110; length++) {
      const { frames, outbox: box } = outbox();
      const content = new Uint8Array(length).fill(7);
      const first = box.begin(1, 100_000);
      first.raw(content);
      first.u32(0x01020304);
      box.begin(2, 100_000).raw(content);
      box.commit();
      box.commit();
      box.prepend(3, (writer) => writer.byte(6));
      box.flush();
      const number = Uint8Array.of(4, 3, 2, 1);
      const head = (kind: number, size: number) => [size & 255, size >> 8, 0, 0, kind];
      const expected = [
        ...head(3, 2),
        6,
        ...head(1, length + 5),
        ...content,
        ...number,
        ...head(2, length + 1),
        ...content,
      ];
      expect(Buffer.compare(Buffer.concat(frames), Buffer.from(expected)), `${length}`).toBe(0);
    }
  });

  it("drops a message that is abandoned or too large, and keeps the others", () => {
    const { frames, outbox: box } = outbox();
    box.begin(1, 100).byte(9);
    box.commit();
    box.begin(2, 100).byte(9);
    box.abandon();
    const writer = box.begin(3, 10);
    writer.text("eleven bytes");
    expect(() => box.commit()).toThrow(TooLarge);
    box.abandon();
    box.flush();
    expect(frames).toEqual([Uint8Array.of(2, 0, 0, 0, 1, 9)]);
  });

  it("sends a message that is begun inside another one after it, and flushes neither in between", () => {
    const { frames, outbox: box } = outbox();
    const outer = box.begin(1, 100);
    outer.byte(1);
    box.begin(2, 100).byte(2);
    box.begin(3, 100).byte(3);
    box.commit();
    box.commit();
    box.begin(4, 100);
    box.abandon();
    box.flush();
    expect(frames).toEqual([]);
    outer.byte(9);
    box.commit();
    box.flush();
    expect(frames).toEqual([Uint8Array.of(3, 0, 0, 0, 1, 1, 9, 2, 0, 0, 0, 3, 3, 2, 0, 0, 0, 2, 2)]);
  });
});
