import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Reader, Unreadable, Writer } from "./codec/index.js";
import { extensionBytes, readExtension, writeExtension } from "./extension.js";

const key = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
const value = fc.string({ maxLength: 100, unit: "binary" }).map((text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: values have none of them.
  text.replace(/[\u0000-\u001f\u007f]|\p{Cs}/gu, ""),
);
const metadata = fc.dictionary(key, value, { maxKeys: 32, noNullPrototype: true });
const extension = fc
  .record({ metadata: fc.option(metadata, { nil: undefined }), maker: fc.option(fc.maxSafeNat(), { nil: undefined }) })
  .filter((each) => each.metadata !== undefined || each.maker !== undefined);

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.bytes.subarray(0, writer.length);
}

describe("the extension of a call", () => {
  it("arrives as it was sent, and is no larger than what is reserved for it", () => {
    fc.assert(
      fc.property(extension, (given) => {
        const bytes = written((writer) => writeExtension(writer, given));
        expect(bytes.length).toBeLessThanOrEqual(extensionBytes);
        const reader = new Reader(bytes);
        expect(readExtension(reader)).toEqual(given);
        reader.finish();
      }),
      { numRuns: times(200) },
    );
  });

  it("is malformed or valid, whatever its bytes are", () => {
    fc.assert(
      fc.property(extension, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), (given, changes) => {
        const bytes = Uint8Array.from(written((writer) => writeExtension(writer, given)));
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          const read = readExtension(new Reader(bytes));
          writeExtension(new Writer(), read);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Unreadable);
        }
      }),
      { numRuns: times(500) },
    );
  });

  const entries = (...pairs: [string, string][]) =>
    written((writer) => {
      writer.byte(1);
      writer.varint(pairs.length);
      for (const [name, text] of pairs) {
        writer.text(name);
        writer.text(text);
      }
    });

  it.each([
    ["no part", Uint8Array.of(0), "unknown parts"],
    ["a part that does not exist", Uint8Array.of(4), "unknown parts"],
    ["a million entries", Uint8Array.of(1, 0xc0, 0x84, 0x3d), "1000000 entries"],
    ["a key twice", entries(["a", "b"], ["a", "c"]), "twice"],
    ["__proto__", entries(["__proto__", "b"]), "__proto__"],
    ["a control character in a value", entries(["a", "b\n"]), "control characters"],
    ["a key with a space", entries(["a b", ""]), "a b"],
    ["more than 8 KiB", entries(["a", "x".repeat(5000)], ["b", "x".repeat(5000)]), "larger"],
    ["a value of a megabyte", entries(["a", "x".repeat(1 << 20)]), "larger"],
    ["an end in the middle", entries(["a", "b"]).subarray(0, 4), "cut short"],
  ])("with %s is malformed", (_, bytes, message) => {
    expect(() => readExtension(new Reader(bytes))).toThrow(Unreadable);
    expect(() => readExtension(new Reader(bytes))).toThrow(message);
  });
});
