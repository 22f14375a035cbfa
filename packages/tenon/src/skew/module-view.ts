import type { ModuleDataField, ModuleDataLayout } from "../binary/go-metadata/module-data.js";
import type { Image } from "../binary/image.js";
import { isTenonError } from "../errors/index.js";

const lowestAddress = 4096;
const highestAddress = 2 ** 47;

/** A read outside of the program's memory: the host's process would end there. */
export class Fault {
  readonly address: number;
  constructor(address: number) {
    this.address = address;
  }

  /** What Go prints: a low address is a nil pointer to it, and one that no address can be is told as 0. Source: runtime/signal_unix.go. */
  get text(): string {
    if (this.address < lowestAddress) return "panic: runtime error: invalid memory address or nil pointer dereference";
    return this.address >= highestAddress ? "unexpected fault address 0x0" : "unexpected fault address";
  }
}

/**
 * A plugin's module data through the eyes of its host: read at the offsets of the host's release, which may not be the
 * plugin's. What is read may be nonsense, as it would be for the host.
 */
export class ModuleView {
  readonly image: Image;
  readonly #address: number;
  readonly #layout: ModuleDataLayout;

  constructor(image: Image, address: number, layout: ModuleDataLayout) {
    this.image = image;
    this.#address = address;
    this.#layout = layout;
  }

  /** A word of a field; 0 for a field that the layout does not know. @throws Fault */
  word(field: ModuleDataField, index = 0): number {
    const offset = this.#layout.offsets[field];
    return offset === undefined ? 0 : this.wordAt(this.#address + offset + index * this.image.wordSize);
  }

  /** @throws Fault */
  byte(field: ModuleDataField): number {
    const offset = this.#layout.offsets[field];
    return offset === undefined ? 0 : guarded(this.#address, () => this.image.u8(this.#address + offset));
  }

  /** @throws Fault */
  wordAt(address: number): number {
    return guarded(address, () => this.image.pointer(address));
  }

  /** The bytes of a Go string whose two words are at an address, as Latin-1. @throws Fault */
  stringAt(address: number): string {
    const length = this.wordAt(address + this.image.wordSize);
    const start = this.wordAt(address);
    return length === 0 ? "" : this.bytesAt(start, length);
  }

  /** @throws Fault */
  bytesAt(address: number, length: number): string {
    return guarded(address, () => Buffer.from(this.image.slice(address, length)).toString("latin1"));
  }

  get pluginPathAddress(): number {
    return this.#address + (this.#layout.offsets.pluginpath ?? 0);
  }
}

function guarded<T>(address: number, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (isTenonError(thrown)) throw new Fault(address);
    throw thrown;
  }
}
