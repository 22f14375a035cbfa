import { expect, test } from "vitest";
import { Image, type Segment } from "./image.js";

const bytes = new Uint8Array(4096);

function image(count: number, fileSize: number): Image {
  const segments = Array.from(
    { length: count },
    (_, index): Segment => ({
      name: `part ${index}`,
      address: index * 4096,
      size: 4096,
      offset: 0,
      fileSize,
      writable: false,
      executable: false,
    }),
  );
  const platform = { os: "linux", arch: "amd64" };
  return new Image({ bytes, bits: 64, littleEndian: true, segments, platform });
}

test("a program with more segments than any real one is rejected", () => {
  expect(image(1024, 16).segments.length).toBe(1024);
  expect(() => image(1025, 0)).toThrow(expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }));
});

test("overlapping segments are rejected, because searching them all would take too long", () => {
  expect(image(4, 4096).segments.length).toBe(4);
  expect(() => image(5, 4096)).toThrow("the segments overlap");
});
