import { Failure } from "../model/failure.js";

const empty = new Uint8Array();
const emptyView = new DataView(new ArrayBuffer(0));
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A module's memory, with every access checked. Pointers and lengths are 32 bits, signed or unsigned.
 *
 * Views are cached. When the memory grows, old views become empty (or, for shared memory, too short). So the bounds check of
 * an access also detects a stale view.
 */
export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #bytes: Uint8Array = empty;
  #view: DataView = emptyView;

  bind(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#refresh();
  }

  /** Returns a view of a range, valid until the memory grows. @throws Failure `fault` */
  bytes(pointer: number, length: number): Uint8Array {
    const from = this.at(pointer, length >>> 0);
    return this.#bytes.subarray(from, from + (length >>> 0));
  }

  /** Checks a range, and returns a view of the whole memory. @throws Failure `fault` */
  view(pointer: number, length: number): DataView {
    this.at(pointer, length);
    return this.#view;
  }

  /** Checks a range, and returns its start as an index. @throws Failure `fault` */
  at(pointer: number, length: number): number {
    const from = pointer >>> 0;
    if (from + length > this.#bytes.length) {
      this.#refresh();
      if (from + length > this.#bytes.length) throw new Failure("fault");
    }
    return from;
  }

  setU32(pointer: number, value: number): void {
    const at = this.at(pointer, 4);
    this.#view.setUint32(at, value, true);
  }

  setU64(pointer: number, value: bigint): void {
    const at = this.at(pointer, 8);
    this.#view.setBigUint64(at, value, true);
  }

  /** @throws Failure `fault`, `invalid` if it is not UTF-8 */
  text(pointer: number, length: number): string {
    const bytes = this.bytes(pointer, length);
    // TextDecoder does not accept views of shared memory.
    const sound = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
    try {
      return decoder.decode(sound);
    } catch {
      throw new Failure("invalid");
    }
  }

  #refresh(): void {
    if (this.#memory === undefined)
      throw new Error("a WASI function was called before the module's memory was available");
    if (this.#memory.buffer === this.#bytes.buffer) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
