import { type Cipher, createCipheriv, createHash, randomFillSync } from "node:crypto";

/** A source of random bytes. */
export interface Randomness {
  fill(bytes: Uint8Array): void;
}

/** The system's random numbers, secure enough for keys. */
export const systemRandomness: Randomness = {
  fill(bytes) {
    randomFillSync(bytes);
  },
};

const pieceBytes = 4096;
const zeros = new Uint8Array(pieceBytes);

/**
 * Random bytes derived from a seed: AES-256 in counter mode, with the SHA-256 of the seed as its key. The same seed produces
 * the same bytes on every system and in every version.
 */
export class SeededRandomness implements Randomness {
  readonly #cipher: Cipher;
  #piece: Uint8Array = zeros;
  #used = pieceBytes;

  /** @param purpose separates the sequences that are derived from one seed. */
  constructor(seed: number | string, purpose: string) {
    const key = createHash("sha256")
      .update(`tenon\0${purpose}\0${typeof seed}\0${seed}`)
      .digest();
    this.#cipher = createCipheriv("aes-256-ctr", key, new Uint8Array(16));
  }

  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === pieceBytes) {
        this.#piece = this.#cipher.update(zeros);
        this.#used = 0;
      }
      const taken = Math.min(bytes.length - at, pieceBytes - this.#used);
      bytes.set(this.#piece.subarray(this.#used, this.#used + taken), at);
      this.#used += taken;
      at += taken;
    }
  }
}
