import type { CoreFunction } from "../abi/code/options.js";
import type { ComponentState } from "../abi/index.js";
import { notePanic } from "../linking/panic-report.js";

const longestReport = 64 * 1024;

/** The import module through which a guest library reports a panic: message and stack in the guest's own language. */
export const panicModule = "tenon:guest/panic";

/**
 * A guest that catches a panic reports it, and returns from its export as if nothing had happened. The call then fails with
 * the report, and the instance remains usable.
 */
export function panicImports(text: GuestTextReader, state: ComponentState): Readonly<Record<string, CoreFunction>> {
  return {
    report(pointer: number, length: number): void {
      notePanic(state, text(pointer, length));
    },
  };
}

/** Reads text of a guest that has failed. What is outside its memory is left out. */
export type GuestTextReader = (pointer: number, length: number) => string;

export function guestTextReader(memory: () => WebAssembly.Memory | undefined): GuestTextReader {
  return (pointer, length) => {
    const buffer = memory()?.buffer ?? new ArrayBuffer(0);
    const start = Math.min(pointer >>> 0, buffer.byteLength);
    const end = Math.min(start + Math.min(length >>> 0, longestReport), buffer.byteLength);
    return new TextDecoder().decode(new Uint8Array(buffer, start, end - start));
  };
}
