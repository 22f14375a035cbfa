import { mostValueLevels, type Type } from "../../../contract/core.js";
import { readJson } from "../../../contract/json/index.js";
import { mostLevels } from "../../../contract/model/extent.js";
import { contains } from "../../../contract/model/reach.js";
import { extismNotJson, extismWrongType } from "../../../errors/factories/extism.js";
import { JsonPath, JsonTypeMismatch } from "./json/json-path.js";
import { parseJson } from "./json/numbers.js";
import { jsonReader } from "./json/reader.js";
import { jsonWriter } from "./json/writer.js";
import type { Kernel } from "./kernel/kernel.js";

/** Passes values of a type to and from a plugin: bytes as they are, strings as UTF-8, everything else as JSON. */
export interface Codec {
  /** Starts a call with this value as its input. */
  begin(kernel: Kernel, value: any): void;
  /** Stores the value in a new block, and returns the address. */
  store(kernel: Kernel, value: any): number;
  /**
   * Reads the value in these bytes of the memory.
   *
   * @throws TENON_EXTISM_VALUE if they are not a value of the type, TENON_WASM_ABI if they are not UTF-8
   */
  read(kernel: Kernel, address: number, length: number): unknown;
}

/**
 * Returns the codec of a type.
 *
 * @param label the function whose value it is, for messages; `subject` is the plugin
 * @throws TENON_CONTRACT_UNSUPPORTED for types that contain handles, streams, futures or recursive types
 */
export function codecOf(type: Type, label: string, subject: string): Codec {
  if (type.kind === "string") return text;
  if (type.kind === "list" && type.element.kind === "u8") return bytes;
  const write = jsonWriter(type);
  const read = jsonReader(type);
  const parse = holdsJson(type)
    ? (json: string) =>
        readJson(json, { levels: mostLevels + mostValueLevels, bytes: Number.MAX_SAFE_INTEGER }, `${label}()`)
    : parseJson;
  return {
    begin: (kernel, value) => kernel.beginText(write(value)),
    store: (kernel, value) => kernel.storeText(write(value)),
    read(kernel, address, length) {
      const json = kernel.text(address, length);
      // Plugins return no bytes at all for an option that is empty.
      if (length === 0 && type.kind === "option") return undefined;
      try {
        return read(parse(json), new JsonPath());
      } catch (cause) {
        if (cause instanceof SyntaxError) throw extismNotJson(subject, label, cause);
        throw cause instanceof JsonTypeMismatch ? extismWrongType(subject, label, cause) : cause;
      }
    },
  };
}

/** A number of a JSON value is a number: nothing may make text of it, as for integers of 64 bits. */
const holdsJson = contains(({ kind }) => kind === "json");

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
