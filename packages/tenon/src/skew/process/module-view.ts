import type { Image } from "../../binary/bytes/image.js";
import type { ModuleDataField, ModuleDataLayout } from "../../binary/go-metadata/module-data.js";
import { isTenonError } from "../../errors/index.js";
import { goTexts } from "../quoted/go.js";

const lowestAddress = 4096;
const highestAddress = 2 ** 47;

/** A read outside the program's memory, which would crash the host's process. */
export class Fault {
  readonly address: number;
  constructor(address: number) {
    this.address = address;
  }

  /**
   * The text that Go prints. A low address counts as a nil pointer, an impossible one is printed as 0.
   * Source: runtime/signal_unix.go.
   */
  get text(): string {
    if (this.address < lowestAddress) return goTexts.nilDereference;
    return this.address >= highestAddress ? goTexts.unexpectedFaultAtZero : goTexts.unexpectedFault;
  }
}

/**
 * A plugin's module data as its host reads it: at the offsets of the host's release, which may differ from the plugin's. The
 * values may be garbage, as they would be for the host.
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

  /** Reads a word of a field; 0 if the layout does not have the field. @throws Fault */
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

  /** Reads a Go string from its two words at an address, as Latin-1. @throws Fault */
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
