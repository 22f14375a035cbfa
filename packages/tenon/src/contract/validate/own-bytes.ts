import { unfit } from "./unfit.js";

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
// The intrinsic getters: the properties of a value from a plugin may be the plugin's own.
const getter = (of: object, key: PropertyKey) =>
  Object.getOwnPropertyDescriptor(of, key)?.get as (this: unknown) => any;
const kindOf = getter(prototype, Symbol.toStringTag);
const bufferOf = getter(prototype, "buffer");
const offsetOf = getter(prototype, "byteOffset");
const lengthOf = getter(prototype, "length");
const isResizable: ((this: unknown) => boolean) | undefined = getter(ArrayBuffer.prototype, "resizable");

/**
 * Returns bytes as a plain `Uint8Array` without properties of its own, over the same memory, or {@link unfit}. Memory that
 * can be resized or is shared between threads is copied.
 */
export function ownBytes(value: unknown): Uint8Array | typeof unfit {
  if (!ArrayBuffer.isView(value) || kindOf.call(value) !== "Uint8Array") return unfit;
  const buffer: ArrayBuffer = bufferOf.call(value);
  const view = new Uint8Array(buffer, offsetOf.call(value), lengthOf.call(value));
  const isShared = typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
  return isShared || isResizable?.call(buffer) === true ? new Uint8Array(view) : view;
}
