import { errors } from "../../../../errors/index.js";
import { hostFunctions, ownFunctions, pluginFunctions, refusals } from "./functions.js";
import { cells, firstBlock, head, largestClass } from "./layout.js";
import { moduleBytes } from "./module-bytes.js";

/** What the kernel asks of the host. Every operand is the address of a block in use, or 0. */
export interface KernelServices {
  /** The setting of the name at an address: the address of its value, or 0. */
  config(name: number): number;
  variable(name: number): number;
  setVariable(name: number, value: number): void;
  /** Sends a request, described by JSON, with a body; the address of the answer's body. */
  request(description: number, body: number): number;
  status(): number;
  headers(): number;
  /** @param level 0 (trace) to 4 (error) */
  log(level: number, text: number): void;
  logLevel(): number;
}

const mostPages = 65536;
const largestBlock = mostPages * largestClass - 4 * largestClass;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Up to this length a loop beats the way to the engine's own code.
const shortText = 24;
let compiled: WebAssembly.Module | undefined;

/** Functions of `extism:host/env`, by name. */
export const environmentNames: ReadonlySet<string> = new Set(pluginFunctions.map(({ name }) => name));

/**
 * The memory that an Extism plugin and its host share, and the functions on it that plugins import as `extism:host/env`.
 * They are WebAssembly themselves, made here: a plugin reads and writes its input and output eight bytes at a time, which
 * costs next to nothing from one WebAssembly module to another, and very much through JavaScript and its BigInts.
 *
 * Whatever is read here was written by the plugin, heads of blocks included: nothing is trusted, all is checked.
 */
export class Kernel {
  /** What a plugin is offered as `extism:host/env`. */
  readonly imports: WebAssembly.ModuleImports;
  readonly #memory: WebAssembly.Memory;
  readonly #subject: string;
  readonly #maximum: number;
  readonly #begin: (size: number) => number;
  readonly #take: (size: number) => number;
  readonly #find: (offset: bigint) => number;
  #bytes = Buffer.alloc(0);
  #words = new Uint32Array(0);

  /**
   * @param limit bytes that the memory may have; 0 for as much as WebAssembly has
   * @param subject the plugin, for messages
   */
  constructor(services: KernelServices, limit: number, subject: string) {
    const maximum = limit === 0 ? mostPages : Math.max(1, Math.min(mostPages, Math.floor(limit / largestClass)));
    this.#maximum = maximum;
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum });
    this.#subject = subject;
    const refuse = (reason: number) => this.#refuse(refusals[reason] ?? "memory");
    compiled ??= new WebAssembly.Module(moduleBytes(hostFunctions, [...ownFunctions, ...pluginFunctions]));
    const host = { memory: this.#memory, refuse, ...services };
    const { exports } = new WebAssembly.Instance(compiled, { host });
    this.imports = Object.fromEntries(pluginFunctions.map(({ name }) => [name, exports[name]!]));
    this.#begin = exports.begin as (size: number) => number;
    this.#take = exports.take as (size: number) => number;
    this.#find = exports.block as (offset: bigint) => number;
    this.beginBytes(new Uint8Array(0));
  }

  /** Begins a call, with bytes as its input. Everything of the call before is gone. */
  beginBytes(input: Uint8Array): void {
    const address = this.#begin(this.#allowed(input.length));
    this.#refresh();
    this.#bytes.set(input, address);
  }

  /** Begins a call, with text as its input. */
  beginText(input: string): void {
    const { length } = input;
    if (length <= shortText) {
      const address = this.#begin(length);
      this.#refresh();
      if (writeShort(this.#bytes, address, input)) return;
    }
    const size = Buffer.byteLength(input);
    const address = this.#begin(this.#allowed(size));
    this.#refresh();
    this.#bytes.write(input, address, size, size === length ? "latin1" : "utf8");
  }

  /** Where the output begins; it is inside the memory. */
  get outputAddress(): number {
    this.#refresh();
    return this.#words[cells.output >>> 2]!;
  }

  /** Bytes of the output. */
  get outputLength(): number {
    return this.#inside(this.outputAddress, this.#words[cells.outputLength >>> 2]!);
  }

  /** Where the plugin's error is, as text; 0 for none. */
  get errorAddress(): number {
    this.#refresh();
    return this.#words[cells.error >>> 2]!;
  }

  /** A new block with these bytes. */
  storeBytes(bytes: Uint8Array): number {
    const address = this.#take(this.#allowed(bytes.length));
    this.#refresh();
    this.#bytes.set(bytes, address);
    return address;
  }

  /** A new block with this text. */
  storeText(text: string): number {
    const size = Buffer.byteLength(text);
    const address = this.#take(this.#allowed(size));
    this.#refresh();
    this.#bytes.write(text, address, size, "utf8");
    return address;
  }

  /** The address of the block in use that begins at an offset, or 0. */
  find(offset: bigint): number {
    return this.#find(offset);
  }

  /** Bytes of the block at an address. */
  lengthOf(address: number): number {
    this.#refresh();
    if (address < firstBlock) return 0;
    return this.#inside(address, this.#words[(address - head.length) >>> 2] ?? 0);
  }

  /** A copy of bytes of the memory. */
  bytes(address: number, length: number): Uint8Array {
    this.#refresh();
    return new Uint8Array(this.#bytes.subarray(address, address + this.#inside(address, length)));
  }

  /**
   * Bytes of the memory as text.
   *
   * @throws TENON_WASM_ABI when they are no UTF-8
   */
  text(address: number, length: number): string {
    this.#refresh();
    const end = address + this.#inside(address, length);
    const text = this.#bytes.toString("utf8", address, end);
    if (!text.includes("\uFFFD")) return text;
    try {
      return strict.decode(this.#bytes.subarray(address, end));
    } catch {
      throw this.#broken(`the ${length} bytes of a text at ${address} are no UTF-8`);
    }
  }

  /** The same, where text that is damaged is better than none. */
  lossyText(address: number, length: number): string {
    this.#refresh();
    return this.#bytes.toString("utf8", address, address + this.#inside(address, length));
  }

  #allowed(size: number): number {
    if (size > largestBlock) this.#refuse("memory");
    return size;
  }

  #inside(address: number, length: number): number {
    if (address + length > this.#bytes.length)
      throw this.#broken(`${length} bytes at ${address} are not in the memory of ${this.#bytes.length} bytes`);
    return length;
  }

  #refuse(reason: (typeof refusals)[number]): never {
    const subject = this.#subject;
    if (reason === "output") throw this.#broken("its output is not in the memory that it shares with the host");
    if (reason === "error")
      throw this.#broken("its error is not in a block of the memory that it shares with the host");
    throw errors.TENON_WASM_LIMIT({
      message: `${subject}: the memory that it shares with the host has no room for what is to be put there; it may have ${this.#maximum * largestClass} bytes`,
      subject,
    });
  }

  #broken(what: string) {
    const subject = this.#subject;
    return errors.TENON_WASM_ABI({ message: `${subject}: ${what}`, subject });
  }

  /** A memory that has grown leaves its views empty. */
  #refresh(): void {
    if (this.#bytes.length !== 0) return;
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }
}

/** Writes ASCII; `false` when it is none. */
function writeShort(bytes: Uint8Array, address: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    bytes[address + index] = code;
  }
  return true;
}
