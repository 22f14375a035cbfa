import { constants } from "node:buffer";
import { abiViolation, valueTooLarge } from "../../../../errors/factories/wasm-call.js";
import type { CanonicalOptions } from "../code/options.js";
import type { ComponentState } from "./component-state.js";

/** The maximum number of bytes of one string or list: a 32-bit allocator cannot return more. */
const mostBytes = 0x7fff_ffff;

/** Views of a buffer, one of each width. */
function viewsOf(buffer: ArrayBuffer) {
  return {
    u8: Buffer.from(buffer),
    bytes: new Uint8Array(buffer),
    s8: new Int8Array(buffer),
    u16: new Uint16Array(buffer),
    s16: new Int16Array(buffer),
    u32: new Uint32Array(buffer),
    s32: new Int32Array(buffer),
    u64: new BigUint64Array(buffer),
    s64: new BigInt64Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
  };
}

const none = viewsOf(new ArrayBuffer(0));

/**
 * The linear memory of an instance, for lifting and lowering: views of each width, which are recreated only when the memory
 * has grown, and the guest's own allocator.
 *
 * Call {@link refresh} before you use the views if guest code may have run; {@link allocate} does so itself. When a memory
 * grows, its old views become empty.
 *
 * Views have the byte order of the machine. That is correct on little-endian machines, which are all that Node is built
 * for, except s390x.
 */
export class GuestMemory {
  u8 = none.u8;
  /** The same bytes as {@link u8}, as a plain array: its slices are copies. */
  bytes = none.bytes;
  s8 = none.s8;
  u16 = none.u16;
  s16 = none.s16;
  u32 = none.u32;
  s32 = none.s32;
  u64 = none.u64;
  s64 = none.s64;
  f32 = none.f32;
  f64 = none.f64;
  /** The length that the guest receives for the last string or list written: in bytes, code units or elements. */
  length = 0;

  readonly #options: Pick<CanonicalOptions, "memory" | "realloc">;
  readonly #state: ComponentState;
  #realloc: CanonicalOptions["realloc"];
  #allowance = 0;
  /** Views of the memory of the last instance, which may be the next one's. */
  #last: ReturnType<typeof viewsOf> | undefined;

  constructor(options: Pick<CanonicalOptions, "memory" | "realloc">, state: ComponentState) {
    this.#options = options;
    this.#state = state;
  }

  isOf({ memory, realloc }: Pick<CanonicalOptions, "memory" | "realloc">): boolean {
    return this.#options.memory === memory && this.#options.realloc === realloc;
  }

  /** Forgets the memory and the allocator: they are replaced by those of a new instance. */
  forget(): void {
    Object.assign(this, none);
    this.#realloc = undefined;
  }

  refresh(): void {
    if (this.u8.length === 0) this.#view();
  }

  /**
   * Allocates `size` bytes with the guest's `realloc`, and returns the pointer.
   *
   * @throws TENON_WASM_ABI if the pointer is outside the memory or not aligned.
   */
  allocate(alignment: number, size: number): number {
    if (size > mostBytes) throw valueTooLarge(this.#state.subject, "a value for the plugin", mostBytes);
    const realloc = (this.#realloc ??= this.#options.realloc);
    if (realloc === undefined)
      throw abiViolation(this.#state.subject, "exports no realloc, which passing this value needs");
    const { concurrency } = this.#state;
    const { storage } = concurrency;
    // The allocator belongs to no task: it neither sees nor changes the storage of the one that runs.
    if (concurrency.hasStorage) concurrency.storage = [0, 0];
    const pointer = realloc(0, 0, alignment, size) >>> 0;
    concurrency.storage = storage;
    this.refresh();
    this.check(pointer, alignment, size);
    return pointer;
  }

  /**
   * Checks that `size` bytes at `pointer` are in the memory, and aligned.
   *
   * @throws TENON_WASM_ABI if not
   */
  check(pointer: number, alignment: number, size: number): void {
    if (pointer + size > this.u8.length || pointer % alignment !== 0) this.#refuse(pointer, alignment, size);
  }

  /** Starts to count the bytes that are read: see {@link spend}. */
  budget(): void {
    this.#allowance = this.#state.limit === 0 ? Number.POSITIVE_INFINITY : this.#state.limit;
  }

  /**
   * Counts bytes that are read. Lists in the memory may overlap, so a small guest memory can describe a value that does
   * not fit into the host's.
   *
   * @throws TENON_CALL_TOO_LARGE
   */
  spend(bytes: number): void {
    if ((this.#allowance -= bytes) < 0)
      throw valueTooLarge(this.#state.subject, "a value from the plugin", this.#state.limit);
  }

  /** {@link take} for a string, which JavaScript limits further. */
  takeText(pointer: number, alignment: number, size: number): void {
    this.take(pointer, alignment, size);
    if (size > constants.MAX_STRING_LENGTH)
      throw valueTooLarge(this.#state.subject, "a string from the plugin", constants.MAX_STRING_LENGTH);
  }

  /** {@link check} and {@link spend} in one, for bytes that are read. */
  take(pointer: number, alignment: number, size: number): void {
    this.check(pointer, alignment, size);
    this.spend(size);
  }

  #refuse(pointer: number, alignment: number, size: number): never {
    const why =
      pointer % alignment !== 0
        ? `pointer ${pointer} is not aligned to ${alignment} bytes`
        : `${size} bytes at ${pointer} are outside its memory of ${this.u8.length} bytes`;
    throw abiViolation(this.#state.subject, why);
  }

  #view(): void {
    const { memory } = this.#options;
    if (memory === undefined) return;
    const { buffer } = memory;
    if (this.#last?.bytes.buffer !== buffer) this.#last = viewsOf(buffer);
    Object.assign(this, this.#last);
  }
}

const known = new WeakMap<ComponentState, GuestMemory[]>();

/** Forgets the memories of an instance that is created anew in the same state. */
export function forgetMemories(state: ComponentState): void {
  for (const memory of known.get(state) ?? []) memory.forget();
}

/** Returns the one object for a memory and its allocator in an instance. */
export function guestMemory(options: Pick<CanonicalOptions, "memory" | "realloc">, state: ComponentState): GuestMemory {
  let all = known.get(state);
  if (all === undefined) known.set(state, (all = []));
  let memory = all.find((item) => item.isOf(options));
  if (memory === undefined) all.push((memory = new GuestMemory(options, state)));
  return memory;
}
