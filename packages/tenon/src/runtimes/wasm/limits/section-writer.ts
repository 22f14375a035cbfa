/** Writes the content of one small section of a core module. */
export class SectionWriter {
  readonly #parts: number[] = [];

  byte(value: number): this {
    this.#parts.push(value);
    return this;
  }

  bytes(value: Uint8Array): this {
    for (const byte of value) this.#parts.push(byte);
    return this;
  }

  u32(value: number): this {
    return this.u64(BigInt(value));
  }

  u64(value: bigint): this {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.#parts.push(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest));
  }

  /** A name, with its length in front. */
  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).bytes(bytes);
  }

  get content(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }

  /** The section with its id and size. */
  section(id: number): Uint8Array {
    const head = new SectionWriter().byte(id).u32(this.#parts.length).#parts;
    return Uint8Array.from([...head, ...this.#parts]);
  }
}
