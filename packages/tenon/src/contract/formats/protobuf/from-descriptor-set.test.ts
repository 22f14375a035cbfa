import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, it } from "vitest";
import { knownDescriptorSet } from "../../../../../conformance/src/protobuf/library-root.js";
import { isTenonError } from "../../../errors/index.js";
import { contractFromDescriptorSet } from "./index.js";

const field = (tag: number, content: Uint8Array | string): Buffer =>
  Buffer.concat([Buffer.from([tag, Buffer.byteLength(content)]), Buffer.from(content)]);
const number = (tag: number, value: number): Buffer => Buffer.from([tag, value]);
/** A `FieldDescriptorProto` of an int32. */
const int32 = (name: string, at: number): Buffer =>
  field(0x12, Buffer.concat([field(0x0a, name), number(0x18, at), number(0x20, 1), number(0x28, 5)]));
const file = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([field(0x0a, "a.proto"), ...parts, field(0x62, "proto3")]);
const message = (...parts: readonly Buffer[]): Buffer => field(0x22, Buffer.concat([field(0x0a, "M"), ...parts]));

it("reads a file and a set of files alike", async () => {
  const one = file(message(int32("x", 1)));
  for (const bytes of [one, field(0x0a, one)]) {
    const made = await contractFromDescriptorSet(bytes);
    expect(made.message("M").decode(Uint8Array.of(8, 5))).toEqual({ x: 5, unknownFields: undefined });
  }
});

it.each<[string, Buffer | Buffer[], string]>([
  [
    "a field number twice",
    file(message(int32("x", 1), int32("y", 1))),
    "field number 1 is used twice in M: by x and by y",
  ],
  ["field number 0", file(message(int32("x", 0))), "field number 0 is out of range"],
  ["a name twice", file(message(), message()), '"M" is declared twice'],
  ["a field's name twice", file(message(int32("x", 1), int32("x", 2))), '"x" is declared twice in M'],
  ["a file twice", [file(), file()], "the file is in the descriptor set twice"],
  [
    "an import that is not in the set",
    file(field(0x1a, "b.proto")),
    "imports b.proto, which is not in the descriptor set",
  ],
  ["a name that is none", file(field(0x22, field(0x0a, "a-b"))), '"a-b" is not a valid name'],
])("refuses %s with a code", async (_, bytes, problem) => {
  await expect(contractFromDescriptorSet(bytes)).rejects.toMatchObject({
    code: "TENON_CONTRACT_INVALID",
    message: expect.stringContaining(problem),
  });
});

it("refuses messages that are declared in each other without end", async () => {
  let nested = field(0x0a, "M");
  for (let level = 0; level < 40; level++) {
    const length = nested.length < 0x80 ? [nested.length] : [(nested.length & 0x7f) | 0x80, nested.length >> 7];
    nested = Buffer.concat([field(0x0a, "M"), Buffer.from([0x1a, ...length]), nested]);
  }
  const outer = Buffer.concat([Buffer.from([0x22, (nested.length & 0x7f) | 0x80, nested.length >> 7]), nested]);
  await expect(contractFromDescriptorSet(file(outer))).resolves.toBeDefined();
  // A group begins in each of 200 bytes.
  await expect(contractFromDescriptorSet(Buffer.alloc(200, 0x1b))).rejects.toMatchObject({
    code: "TENON_MESSAGE_TOO_LARGE",
  });
});

it("reads or refuses every damaged descriptor set, and never fails otherwise", async () => {
  const whole = knownDescriptorSet();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
      async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          await contractFromDescriptorSet(bytes);
        } catch (thrown) {
          expect(isTenonError(thrown), String(thrown)).toBe(true);
        }
      },
    ),
    { numRuns: times(100) },
  );
});
