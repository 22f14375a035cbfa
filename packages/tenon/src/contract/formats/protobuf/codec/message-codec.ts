import { messageInvalid, messageTooLarge } from "../../../../errors/factories/protobuf.js";
import type { Type } from "../../../model/model.js";
import { compileGuard, type Guard, typeMismatch } from "../../../validate/index.js";
import type { MessageSchema } from "../schema/schema.js";
import type { ContentCodec } from "./content.js";
import { defaultLimits, type MessageLimits, TooLarge, Unfit } from "./limits.js";
import { MessageReader } from "./reader.js";
import type { Contents } from "./record-content.js";
import { MessageWriter } from "./writer.js";

/** Writes and reads the messages of one type in the binary format of Protocol Buffers. */
export interface MessageCodec {
  /** The message's full name: `google.protobuf.Timestamp`. */
  readonly name: string;
  /** The type of its values: a record, except for some messages of google.protobuf. See docs/protobuf.md. */
  readonly type: Type;
  /**
   * Returns the bytes of a value. Equal values become equal bytes: fields in the order of their numbers, maps in the order of
   * their keys.
   *
   * @throws TENON_VALUE_TYPE, TENON_MESSAGE_INVALID, TENON_MESSAGE_TOO_LARGE
   */
  encode(value: unknown): Uint8Array;
  /**
   * Returns the value of bytes, which may come from anyone. Nothing in it refers to their memory.
   *
   * @throws TENON_MESSAGE_INVALID, TENON_MESSAGE_TOO_LARGE
   */
  decode(bytes: Uint8Array): any;
}

/** What is written at a time, most often; larger buffers are not kept. */
const keptBytes = 1024 * 1024;
let spare: MessageWriter | undefined;

/** Makes the codec of a message. It is compiled when its first value comes. */
export function messageCodec(
  message: MessageSchema,
  type: Type,
  contents: Contents,
  limits: MessageLimits,
): MessageCodec {
  const { name } = message;
  const { bytes: mostBytes, depth, values } = { ...defaultLimits, ...limits };
  let guard: Guard | undefined;
  let content: ContentCodec | undefined;
  return {
    name,
    type,
    encode(value) {
      guard ??= compileGuard(type);
      content ??= contents.of(message);
      if (!guard(value)) throw typeMismatch(type, value, `message ${name}`);
      // A getter of the value may encode another one meanwhile.
      const writer = spare ?? new MessageWriter();
      spare = undefined;
      try {
        content.write(writer.begin(mostBytes, depth), value);
        return writer.finish();
      } catch (problem) {
        throw worded(name, problem);
      } finally {
        if (writer.capacity <= keptBytes) spare = writer;
      }
    },
    decode(bytes) {
      content ??= contents.of(message);
      try {
        if (bytes.byteLength > mostBytes)
          throw new TooLarge(`it has ${bytes.byteLength} bytes, at most ${mostBytes} are allowed`, "bytes");
        const value = content.read(new MessageReader(bytes, depth, values), undefined, 0);
        const missing = content.missing?.(value);
        if (missing !== undefined) throw new Unfit(`the required field ${missing} is missing`);
        return value;
      } catch (problem) {
        throw worded(name, problem);
      }
    },
  };
}

function worded(name: string, problem: unknown): unknown {
  if (problem instanceof Unfit) return messageInvalid(name, problem.message);
  if (problem instanceof TooLarge) return messageTooLarge(name, problem.message, problem.limit);
  return problem;
}
