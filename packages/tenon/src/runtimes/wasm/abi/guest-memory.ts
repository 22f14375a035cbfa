import { constants } from "node:buffer";
import { errors } from "../../../errors/index.js";
import type { ComponentState } from "./component-state.js";
import type { CanonicalOptions } from "./options.js";
import { abiError } from "./trap.js";

/** Most bytes of one string or list: what an allocator of 32 bits can give. */
const mostBytes = 0x7fff_ffff;

/** A buffer in each width. */
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
 * The linear memory of an instance as lifting and lowering see it: views of each width, made anew only when the memory
 * was replaced by a larger one, and the guest's own allocator.
 *
 * Whoever uses the views calls {@link refresh} when guest code may have run; {@link allocate} does so itself. A
 * replaced memory is known by its views, which have become empty.
 *
 * Views have the byte order of the machine: this is right on little-endian ones, the only ones that Node is built for
 * beside s390x.
 */
export class GuestMemory {
  u8 = none.u8;
  /** The same as a plain array: its slices are copies. */
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
  /** Units (bytes, code units or elements) of the string or list that was written last, as the guest is told it. */
  length = 0;

  readonly #memory: WebAssembly.Memory | undefined;
  readonly #realloc: CanonicalOptions["realloc"];
  readonly #state: ComponentState;
  #allowance = 0;

  constructor(options: Pick<CanonicalOptions, "memory" | "realloc">, state: ComponentState) {
    this.#memory = options.memory;
    this.#realloc = options.realloc;
    this.#state = state;
  }

  isOf(options: Pick<CanonicalOptions, "memory" | "realloc">): boolean {
    return this.#memory === options.memory && this.#realloc === options.realloc;
  }

  refresh(): void {
    if (this.u8.length === 0) this.#view();
  }

  /**
   * A place for `size` bytes, given by the guest's `realloc`.
   *
   * @throws TENON_WASM_ABI when the place is outside the memory or not aligned.
   */
  allocate(alignment: number, size: number): number {
    if (size > mostBytes) throw tooLarge(this.#state, "a value that it is given", mostBytes);
    if (this.#realloc === undefined)
      throw abiError(this.#state.subject, "it offers no realloc for a value that needs memory");
    const pointer = this.#realloc(0, 0, alignment, size) >>> 0;
    this.refresh();
    this.check(pointer, alignment, size);
    return pointer;
  }

  /**
   * Whether `size` bytes from `pointer` on are in the memory, and aligned.
   *
   * @throws TENON_WASM_ABI
   */
  check(pointer: number, alignment: number, size: number): void {
    if (pointer + size > this.u8.length || pointer % alignment !== 0) this.#refuse(pointer, alignment, size);
  }

  /** Begins to count what is read: see {@link spend}. */
  budget(): void {
    this.#allowance = this.#state.limit === 0 ? Number.POSITIVE_INFINITY : this.#state.limit;
  }

  /**
   * Counts bytes that are read out. Lists in the memory may overlap, so that a small memory could hold a value that is
   * larger than the host's.
   *
   * @throws TENON_CALL_TOO_LARGE
   */
  spend(bytes: number): void {
    if ((this.#allowance -= bytes) < 0) throw tooLarge(this.#state, "a value that it gives", this.#state.limit);
  }

  /** {@link take} for the bytes of a string, which JavaScript can hold fewer of. */
  takeText(pointer: number, alignment: number, size: number): void {
    this.take(pointer, alignment, size);
    if (size > constants.MAX_STRING_LENGTH)
      throw tooLarge(this.#state, "a string that it gives", constants.MAX_STRING_LENGTH);
  }

  /** {@link check} and {@link spend} in one: bytes that are read out. */
  take(pointer: number, alignment: number, size: number): void {
    this.check(pointer, alignment, size);
    this.spend(size);
  }

  #refuse(pointer: number, alignment: number, size: number): never {
    const why =
      pointer % alignment !== 0
        ? `the pointer ${pointer} is not aligned to ${alignment} bytes`
        : `${size} bytes at ${pointer} are not in its memory of ${this.u8.length} bytes`;
    throw abiError(this.#state.subject, why);
  }

  #view(): void {
    if (this.#memory === undefined) return;
    Object.assign(this, viewsOf(this.#memory.buffer));
  }
}

const known = new WeakMap<ComponentState, GuestMemory[]>();

/** The one object for a memory and its allocator, as an instance uses them. */
export function guestMemory(options: Pick<CanonicalOptions, "memory" | "realloc">, state: ComponentState): GuestMemory {
  let all = known.get(state);
  if (all === undefined) known.set(state, (all = []));
  let memory = all.find((item) => item.isOf(options));
  if (memory === undefined) all.push((memory = new GuestMemory(options, state)));
  return memory;
}

function tooLarge({ subject }: ComponentState, what: string, most: number) {
  return errors.TENON_CALL_TOO_LARGE({
    message: `${subject}: ${what} exceeds the limit of ${most} bytes`,
    subject,
  });
}
