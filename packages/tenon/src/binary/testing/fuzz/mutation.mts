import type { Random } from "./random.mjs";

/** A real file, and the parts in which a change has the most effect. Offsets and sizes in bytes. */
export interface Seed {
  readonly name: string;
  /** The seeds of each group are together used equally often. */
  readonly group: string;
  readonly bytes: Uint8Array;
  readonly hot: readonly { readonly offset: number; readonly size: number }[];
}

const headSize = 512;
const tiny = 2048;

/**
 * Changes a seed's bytes in place and undoes the changes afterwards: seeds are large, and copying one for each input would
 * take longer than reading it.
 */
export class Mutant {
  readonly #seed: Seed;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #undo: { at: number; old: Uint8Array }[] = [];

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#bytes = seed.bytes.slice();
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** A mutated file, valid until the next call of {@link restore}. */
  make(random: Random, others: readonly Seed[]): Uint8Array {
    let length = this.#bytes.length;
    // More changes would leave nothing of a tiny file to read.
    const most = this.#bytes.length < tiny ? 2 : random.oneIn(4) ? 12 : 4;
    for (let left = 1 + random.below(most); left > 0; left--) {
      if (random.oneIn(16))
        length = random.oneIn(2) ? random.below(length + 1) : Math.max(0, length - random.below(64));
      else this.#change(random, others);
    }
    return this.#bytes.subarray(0, length);
  }

  restore(): void {
    for (let change = this.#undo.pop(); change !== undefined; change = this.#undo.pop())
      this.#bytes.set(change.old, change.at);
  }

  #change(random: Random, others: readonly Seed[]): void {
    const at = this.#place(random);
    switch (random.below(9)) {
      case 0:
        this.#save(at, 1);
        this.#bytes[at] = (this.#bytes[at] ?? 0) ^ (1 << random.below(8));
        return;
      case 1:
        this.#save(at, 1);
        this.#bytes[at] = random.pick([0, 1, 2, 4, 0x7f, 0x80, 0xfe, 0xff, random.below(256)]);
        return;
      case 2:
      case 3:
        this.#setWord(at, this.#value(random, at), random);
        return;
      case 4:
        this.#addToWord(at, random);
        return;
      case 5:
        this.#copy(random, at, this.#bytes, this.#place(random), random.pick([4, 8, 16, 24, 40, 64]));
        return;
      case 6: {
        const other = random.pick(others).bytes;
        this.#copy(random, at, other, random.below(other.length), 1 + random.below(256));
        return;
      }
      case 7:
        this.#setVariable(at, random);
        return;
      default:
        this.#save(at, 64);
        this.#bytes.fill(random.pick([0, 0xff, 0x41, 0x80]), at, at + 1 + random.below(64));
    }
  }

  /** Mostly in headers and tables, where a word is a field; sometimes anywhere. */
  #place(random: Random): number {
    const { length } = this.#bytes;
    const hot = random.oneIn(5) ? undefined : random.pick([{ offset: 0, size: headSize }, ...this.#seed.hot]);
    const at = hot === undefined ? random.below(length) : hot.offset + random.below(hot.size);
    const inside = Math.min(at, length - 1);
    return random.oneIn(3) ? inside : inside - (inside % 4);
  }

  /** Values at the limits of fields and of the file, and offsets of other parts, which cause loops and overlaps. */
  #value(random: Random, at: number): number {
    const { length } = this.#bytes;
    const edges = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];
    const own = [
      length,
      length - 1,
      length + 1,
      length >>> 1,
      at,
      at + 4,
      at - 4,
      this.#place(random),
      random.below(length),
    ];
    return random.pick([random.pick(edges), random.pick(own), random.u32()]) >>> 0;
  }

  #setWord(at: number, value: number, random: Random): void {
    this.#save(at, 8);
    const little = !random.oneIn(4);
    const size = random.pick([2, 4, 4, 8]);
    if (at + size > this.#bytes.length) return;
    if (size === 2) this.#view.setUint16(at, value & 0xffff, little);
    else if (size === 4) this.#view.setUint32(at, value, little);
    else this.#view.setBigUint64(at, BigInt(value) << (random.oneIn(3) ? 21n : 0n), little);
  }

  /** Large numbers of variable length: counts in WebAssembly, Go's build information and DWARF. */
  #setVariable(at: number, random: Random): void {
    const numbers = [
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0xff, 0xff, 0xff, 0xff, 0x07],
      [0x80, 0x80, 0x80, 0x80, 0x08],
      [0xff, 0xff, 0x7f],
      [0x80, 0x80, 0x04],
      [0xff, 0x7f],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    ];
    const number = new Uint8Array(random.pick(numbers));
    this.#copy(random, at, number, 0, number.length);
  }

  #addToWord(at: number, random: Random): void {
    this.#save(at, 4);
    if (at + 4 > this.#bytes.length) return;
    const little = !random.oneIn(4);
    const step = random.pick([1, -1, 2, -2, 4, -4, 8, -8, 16, 256, -256, 4096, -4096]);
    this.#view.setUint32(at, this.#view.getUint32(at, little) + step, little);
  }

  #copy(random: Random, to: number, from: Uint8Array, start: number, size: number): void {
    const part = from.slice(start, Math.min(start + size, start + this.#bytes.length - to));
    this.#save(to, part.length);
    this.#bytes.set(from.length > 16 && random.oneIn(8) ? part.reverse() : part, to);
  }

  #save(at: number, size: number): void {
    this.#undo.push({ at, old: this.#bytes.slice(at, at + size) });
  }
}
