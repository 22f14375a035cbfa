/** A buffer of fixed size that is written field by field. */
export class ByteWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  u32(at: number, ...values: readonly number[]): void {
    for (const [index, value] of values.entries()) this.#view.setUint32(at + index * 4, value, true);
  }

  u64(at: number, ...values: readonly number[]): void {
    for (const [index, value] of values.entries()) this.#view.setBigUint64(at + index * 8, BigInt(value), true);
  }

  text(at: number, text: string): void {
    this.bytes.set(new TextEncoder().encode(text), at);
  }

  /** One long name, which ends with a NUL. */
  longName(at: number, length: number): void {
    this.bytes.fill(0x41, at, at + length);
    this.bytes[at + length] = 0;
  }
}
