import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { FrameReader, FrameWriter, headerBytes } from "./framing.js";

/** A frame with the lengths of its blobs. */
const frames = fc.array(
  fc.record({
    frame: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    blobs: fc.array(fc.integer({ min: 65_536, max: 70_000 }), { maxLength: 2 }),
  }),
  { maxLength: 8 },
);
const blobOf = (length: number) => new Uint8Array(length).map((_, index) => index ^ length);

interface Got {
  readonly frame: Uint8Array;
  readonly blobs: readonly Uint8Array[];
}

function written(list: readonly (Uint8Array | Got)[]): Uint8Array {
  const writer = new FrameWriter();
  return Buffer.concat(
    list.flatMap((item) =>
      item instanceof Uint8Array ? [writer.encode(item)] : writer.pieces(item.frame, item.blobs),
    ),
  );
}

function readerInto(list: Uint8Array[], limit = 1_000_000): FrameReader {
  return new FrameReader(limit, (frame) => list.push(frame.slice()));
}

describe("frames over a byte stream", () => {
  test("every written frame is read with its blobs, however the stream is split", () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 30 }), (lengths, cuts) => {
        const list = lengths.map(({ frame, blobs }) => ({ frame, blobs: blobs.map(blobOf) }));
        const bytes = written(list);
        const got: Got[] = [];
        const reader = new FrameReader(1_000_000, (frame, blobs) => got.push({ frame: frame.slice(), blobs }));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        for (let index = 1; index < at.length; index++) reader.push(bytes.subarray(at[index - 1], at[index]));
        expect(got.length).toBe(list.length);
        for (const [index, { frame, blobs }] of list.entries()) {
          expect(Buffer.compare(got[index]!.frame, frame)).toBe(0);
          expect(got[index]!.blobs.map(({ buffer }) => buffer.byteLength)).toEqual(lengths[index]!.blobs);
          for (const [at, blob] of blobs.entries()) expect(Buffer.compare(got[index]!.blobs[at]!, blob)).toBe(0);
        }
        expect(reader.end()).toBeUndefined();
      }),
      { numRuns: times(50) },
    );
  });

  test("byte by byte, with frames longer than a block of the writer", () => {
    const big = new Uint8Array(100_000).map((_, index) => index);
    const list = [Uint8Array.of(1, 2, 3), big, { frame: Uint8Array.of(4), blobs: [big] }, Uint8Array.of(9)];
    const got: Got[] = [];
    const reader = new FrameReader(1_000_000, (frame, blobs) => got.push({ frame: frame.slice(), blobs }));
    for (const byte of written(list)) reader.push(Uint8Array.of(byte));
    expect(got.length).toBe(4);
    expect(Buffer.compare(got[1]!.frame, big)).toBe(0);
    expect(Buffer.compare(got[2]!.blobs[0]!, big)).toBe(0);
    expect(got[3]).toEqual({ frame: Uint8Array.of(9), blobs: [] });
  });

  test("the blobs of a frame together are at most as long as the limit", () => {
    const blob = blobOf(70_000);
    const bytes = written([{ frame: Uint8Array.of(1), blobs: [blob, blob] }]);
    const reader = readerInto([], 100_000);
    // The second is refused by its length alone.
    expect(() => reader.push(bytes.subarray(0, 70_016))).toThrow(
      expect.objectContaining({ code: "TENON_WIRE_MALFORMED", message: expect.stringContaining("140000 bytes") }),
    );
  });

  test("short bytes are no blob", () => {
    expect(() => readerInto([]).push(Uint8Array.of(0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3))).toThrow(
      expect.objectContaining({ code: "TENON_WIRE_MALFORMED" }),
    );
  });

  test("frames stay in order when a delivery brings the next chunk", () => {
    const got: number[] = [];
    const chunks = [
      written([1, 2, 3].map((byte) => Uint8Array.of(byte))),
      written([4, 5].map((byte) => Uint8Array.of(byte))),
    ];
    const reader = new FrameReader(10, ([byte]) => {
      got.push(byte!);
      if (byte === 1) reader.push(chunks[1]!);
    });
    reader.push(chunks[0]!);
    expect(got).toEqual([1, 2, 3, 4, 5]);
  });

  test("an encoded frame does not change when its sender reuses the memory", () => {
    const writer = new FrameWriter();
    const frame = Uint8Array.of(1);
    const first = writer.encode(frame);
    frame[0] = 2;
    const second = writer.encode(frame);
    expect([...first]).toEqual([1, 0, 0, 0, 1]);
    expect([...second]).toEqual([1, 0, 0, 0, 2]);
  });

  test.each([
    ["one byte more than the limit", Uint8Array.of(11, 0, 0, 0)],
    ["text", Buffer.from("Hello, this is not a frame\n")],
    ["4 GiB", Uint8Array.of(255, 255, 255, 255)],
  ])("a length above the limit is refused before anything is allocated: %s", (_, bytes) => {
    const reader = readerInto([], 10);
    expect(() => reader.push(bytes)).toThrow(expect.objectContaining({ code: "TENON_WIRE_MALFORMED" }));
  });

  test("a frame as long as the limit is read", () => {
    const got: Uint8Array[] = [];
    readerInto(got, 10).push(written([new Uint8Array(10)]));
    expect(got.length).toBe(1);
  });

  test("end() describes what the end of the stream cut short", () => {
    const inBody = readerInto([]);
    inBody.push(Uint8Array.of(5, 0, 0, 0, 1, 2));
    expect(inBody.end()).toBe("a message of 5 bytes ends after 2");
    const inLength = readerInto([]);
    inLength.push(Uint8Array.of(5, 0));
    expect(inLength.end()).toBe("the length of a message ends after 2 of 4 bytes");
    const afterBlob = readerInto([]);
    afterBlob.push(written([{ frame: Uint8Array.of(1), blobs: [blobOf(65_536)] }]).subarray(0, 65_544));
    expect(afterBlob.end()).toBe("a message ends after its first bytes");
  });

  test("random bytes are frames, or TENON_WIRE_MALFORMED", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (chunks) => {
        let delivered = 0;
        const reader = new FrameReader(100, (frame) => {
          delivered += frame.length + headerBytes;
        });
        try {
          for (const chunk of chunks) reader.push(chunk);
        } catch (error) {
          expect(isTenonError(error, "TENON_WIRE_MALFORMED")).toBe(true);
        }
        expect(delivered).toBeLessThanOrEqual(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      }),
      { numRuns: times(500) },
    );
  });
});
