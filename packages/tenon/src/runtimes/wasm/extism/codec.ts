import type { Type } from "../../../contract/core.js";
import { errors } from "../../../errors/index.js";
import { parseJson } from "./json/numbers.js";
import { Mismatch, Place } from "./json/place.js";
import { jsonReader } from "./json/reader.js";
import { jsonWriter } from "./json/writer.js";
import type { Kernel } from "./kernel/kernel.js";

/** How values of a type are passed to and from a plugin: bytes as they are, text as UTF-8, everything else as JSON. */
export interface Codec {
  /** Begins a call whose input is this value. */
  begin(kernel: Kernel, value: any): void;
  /** A new block with this value: its address. */
  store(kernel: Kernel, value: any): number;
  /**
   * The value in these bytes of the memory.
   *
   * @throws TENON_EXTISM_VALUE when they hold no value of the type, TENON_WASM_ABI when they are no UTF-8
   */
  read(kernel: Kernel, address: number, length: number): unknown;
}

/**
 * The codec of a type.
 *
 * @param label the function that values are passed to or from, and `subject` the plugin: for messages
 * @throws TENON_CONTRACT_UNSUPPORTED for handles, streams and futures, and types that hold them
 */
export function codecOf(type: Type, label: string, subject: string): Codec {
  if (type.kind === "string") return text;
  if (type.kind === "list" && type.element.kind === "u8") return bytes;
  const write = jsonWriter(type);
  const read = jsonReader(type);
  return {
    begin: (kernel, value) => kernel.beginText(write(value)),
    store: (kernel, value) => kernel.storeText(write(value)),
    read(kernel, address, length) {
      const json = kernel.text(address, length);
      // Nothing at all is what a plugin says when it has nothing to say.
      if (length === 0 && type.kind === "option") return undefined;
      try {
        return read(parseJson(json), new Place());
      } catch (cause) {
        if (!(cause instanceof Mismatch) && !(cause instanceof SyntaxError)) throw cause;
        const what = cause instanceof SyntaxError ? `no JSON: ${cause.message}` : `not of its type: ${cause.message}`;
        throw errors.TENON_EXTISM_VALUE({
          message: `${subject}: a value of ${label}() is ${what}`,
          subject: label,
          cause,
        });
      }
    },
  };
}

const text: Codec = {
  begin: (kernel, value) => kernel.beginText(value),
  store: (kernel, value) => kernel.storeText(value),
  read: (kernel, address, length) => kernel.text(address, length),
};

const bytes: Codec = {
  begin: (kernel, value) => kernel.beginBytes(value),
  store: (kernel, value) => kernel.storeBytes(value),
  read: (kernel, address, length) => kernel.bytes(address, length),
};
