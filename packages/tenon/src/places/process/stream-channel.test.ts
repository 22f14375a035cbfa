import { type Duplex, duplexPair } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TenonError } from "../../errors/index.js";
import { StreamChannel } from "./stream-channel.js";

interface Received {
  readonly frames: number[][];
  /** Settles with the error that ended the channel, or undefined. */
  readonly closed: Promise<TenonError | undefined>;
  /** Settles when so many frames have come. */
  until(count: number): Promise<void>;
}

function receive(channel: StreamChannel): Received {
  const frames: number[][] = [];
  const waiting: (() => void)[] = [];
  const closed = new Promise<TenonError | undefined>((resolve) => {
    channel.open({
      frame(bytes) {
        frames.push([...bytes]);
        for (const check of waiting) check();
      },
      closed: resolve,
    });
  });
  return {
    frames,
    closed,
    until: (count) =>
      new Promise((resolve) => {
        const check = () => frames.length >= count && resolve();
        waiting.push(check);
        check();
      }),
  };
}

function pair(
  limit = 1000,
  ended?: Promise<unknown>,
): { channel: StreamChannel; stream: Duplex; other: StreamChannel; raw: Duplex } {
  const [stream, raw] = duplexPair();
  const other = new StreamChannel(raw, { limit });
  return { channel: new StreamChannel(stream, { limit, ended }), stream, other, raw };
}

/** A channel whose other end is written to byte by byte. */
function rawPair(limit = 1000, ended?: Promise<unknown>): { channel: StreamChannel; raw: Duplex } {
  const [stream, raw] = duplexPair();
  raw.resume();
  return { channel: new StreamChannel(stream, { limit, ended }), raw };
}

describe("a channel over a byte stream", () => {
  test("passes frames both ways, in order, and the sender can reuse its memory", async () => {
    const { channel, other } = pair();
    const here = receive(channel);
    const there = receive(other);
    const frame = new Uint8Array(3);
    for (let index = 0; index < 50; index++) {
      frame.fill(index);
      channel.send(frame);
    }
    other.send(Uint8Array.of(7));
    await Promise.all([here.until(1), there.until(50)]);
    expect(here.frames).toEqual([[7]]);
    expect(there.frames).toEqual(Array.from({ length: 50 }, (_, index) => [index, index, index]));
  });

  test("keeps what arrived before it was opened", async () => {
    const { channel, other } = pair();
    other.send(Uint8Array.of(1));
    await new Promise((resolve) => setImmediate(resolve));
    const here = receive(channel);
    await here.until(1);
    expect(here.frames).toEqual([[1]]);
  });

  test("closing sends what was accepted, ends both sides, and delivers no more", async () => {
    const { channel, other } = pair();
    const here = receive(channel);
    const there = receive(other);
    channel.send(Uint8Array.of(1));
    channel.close();
    channel.close();
    channel.send(Uint8Array.of(2));
    other.send(Uint8Array.of(3));
    expect(await Promise.all([here.closed, there.closed])).toEqual([undefined, undefined]);
    expect(here.frames).toEqual([]);
    expect(there.frames).toEqual([[1]]);
  });

  test("a frame above the limit ends it with TENON_WIRE_MALFORMED, and nothing after that is delivered", async () => {
    const { channel, raw } = rawPair(10);
    const here = receive(channel);
    raw.write(Uint8Array.of(1, 0, 0, 0, 5, 11, 0, 0, 0, 1, 0, 0, 0, 6));
    raw.write(Uint8Array.of(1, 0, 0, 0, 7));
    expect(await here.closed).toMatchObject({ code: "TENON_WIRE_MALFORMED" });
    expect(here.frames).toEqual([[5]]);
  });

  test("an end between frames is a close, an end inside one is TENON_WIRE_MALFORMED", async () => {
    const whole = rawPair();
    const first = receive(whole.channel);
    whole.raw.end(Uint8Array.of(1, 0, 0, 0, 5));
    expect(await first.closed).toBeUndefined();
    const cut = rawPair();
    const second = receive(cut.channel);
    cut.raw.end(Uint8Array.of(9, 0, 0, 0, 5));
    expect(await second.closed).toMatchObject({
      code: "TENON_WIRE_MALFORMED",
      message: "the connection was cut short: a message of 9 bytes ends after 1",
    });
  });

  test("an end inside a frame is a close if the other process has exited, because the exit says more", async () => {
    const { channel, raw } = rawPair(1000, Promise.resolve());
    const here = receive(channel);
    raw.end(Uint8Array.of(9, 0, 0, 0, 5));
    expect(await here.closed).toBeUndefined();
  });

  test("a stream that breaks is a close", async () => {
    const { channel, stream } = pair();
    const here = receive(channel);
    stream.destroy(new Error("read ECONNRESET"));
    expect(await here.closed).toBeUndefined();
    channel.send(Uint8Array.of(1));
  });

  test("random bytes are frames or end the channel, and it always ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }), async (chunks) => {
        const { channel, raw } = rawPair(50);
        const here = receive(channel);
        for (const chunk of chunks) raw.write(chunk);
        raw.end();
        const error = await here.closed;
        expect([undefined, "TENON_WIRE_MALFORMED"]).toContain(error?.code);
      }),
    );
  });
});
