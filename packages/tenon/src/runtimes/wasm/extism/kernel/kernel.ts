import { extismMemoryFull } from "../../../../errors/factories/extism.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import { failureReasons, hostFunctions, internalFunctions, pluginFunctions } from "./functions.js";
import { cells, firstBlock, head, largestClass } from "./layout.js";
import { moduleBytes } from "./module-bytes.js";

/** The functions that the kernel calls on the host. Every operand is the address of a block in use, or 0. */
export interface KernelServices {
  /** Returns the address of the value of a setting, or 0. */
  config(name: number): number;
  variable(name: number): number;
  setVariable(name: number, value: number): void;
  /** Sends a request, described by JSON, with a body. Returns the address of the response's body. */
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
// Up to this length a loop is faster than a call of the engine's own code.
const shortText = 24;
let compiled: WebAssembly.Module | undefined;

/** Functions of `extism:host/env`, by name. */
export const environmentNames: ReadonlySet<string> = new Set(pluginFunctions.map(({ name }) => name));

/**
 * The memory that an Extism plugin and its host share, with the functions that plugins import as `extism:host/env`. They are
 * WebAssembly, generated here: a plugin reads and writes its input and output eight bytes at a time, which is cheap between
 * two WebAssembly modules, and slow through JavaScript and its BigInts.
 *
 * The plugin can write everywhere in this memory, also to the heads of blocks, so everything that is read is checked.
 */
export class Kernel {
  /** The functions that a plugin can import from `extism:host/env`. */
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
   * @param limit the maximum size in bytes; 0 for the maximum of WebAssembly
   * @param subject the plugin, for messages
   */
  constructor(services: KernelServices, limit: number, subject: string) {
    const maximum = limit === 0 ? mostPages : Math.max(1, Math.min(mostPages, Math.floor(limit / largestClass)));
    this.#maximum = maximum;
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum });
    this.#subject = subject;
    const refuse = (reason: number) => this.#refuse(failureReasons[reason] ?? "memory");
    compiled ??= new WebAssembly.Module(moduleBytes(hostFunctions, [...internalFunctions, ...pluginFunctions]));
    const host = { memory: this.#memory, refuse, ...services };
    const { exports } = new WebAssembly.Instance(compiled, { host });
    this.imports = Object.fromEntries(pluginFunctions.map(({ name }) => [name, exports[name]!]));
    this.#begin = exports.begin as (size: number) => number;
    this.#take = exports.take as (size: number) => number;
    this.#find = exports.block as (offset: bigint) => number;
    this.beginBytes(new Uint8Array(0));
  }

  /** Starts a call with bytes as its input. Discards everything of the previous call. */
  beginBytes(input: Uint8Array): void {
    const address = this.#begin(this.#allowed(input.length));
    this.#refresh();
    this.#bytes.set(input, address);
  }

  /** Starts a call with text as its input. */
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

  /** The address of the output, which is inside the memory. */
  get outputAddress(): number {
    this.#refresh();
    return this.#words[cells.output >>> 2]!;
  }

  /** The length of the output in bytes. */
  get outputLength(): number {
    return this.#inside(this.outputAddress, this.#words[cells.outputLength >>> 2]!);
  }

  /** The address of the plugin's error message; 0 for none. */
  get errorAddress(): number {
    this.#refresh();
    return this.#words[cells.error >>> 2]!;
  }

  /** Stores bytes in a new block, and returns its address. */
  storeBytes(bytes: Uint8Array): number {
    const address = this.#take(this.#allowed(bytes.length));
    this.#refresh();
    this.#bytes.set(bytes, address);
    return address;
  }

  /** Stores text in a new block, and returns its address. */
  storeText(text: string): number {
    const size = Buffer.byteLength(text);
    const address = this.#take(this.#allowed(size));
    this.#refresh();
    this.#bytes.write(text, address, size, "utf8");
    return address;
  }

  /** Returns the address of the block in use that begins at an offset, or 0. */
  find(offset: bigint): number {
    return this.#find(offset);
  }

  /** Returns the length of the block at an address. */
  lengthOf(address: number): number {
    this.#refresh();
    if (address < firstBlock) return 0;
    return this.#inside(address, this.#words[(address - head.length) >>> 2] ?? 0);
  }

  /** Returns a copy of bytes in the memory. */
  bytes(address: number, length: number): Uint8Array {
    this.#refresh();
    return new Uint8Array(this.#bytes.subarray(address, address + this.#inside(address, length)));
  }

  /**
   * Returns bytes in the memory as text.
   *
   * @throws TENON_WASM_ABI if they are not valid UTF-8
   */
  text(address: number, length: number): string {
    this.#refresh();
    const end = address + this.#inside(address, length);
    const text = this.#bytes.toString("utf8", address, end);
    if (!text.includes("\uFFFD")) return text;
    try {
      return strict.decode(this.#bytes.subarray(address, end));
    } catch {
      throw abiViolation(this.#subject, `the text of ${length} bytes at ${address} is not valid UTF-8`);
    }
  }

  /** {@link text}, but invalid bytes become U+FFFD: for messages. */
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
      throw abiViolation(
        this.#subject,
        `${length} bytes at ${address} are outside the shared memory of ${this.#bytes.length} bytes`,
      );
    return length;
  }

  #refuse(reason: (typeof failureReasons)[number]): never {
    const subject = this.#subject;
    if (reason === "output") throw abiViolation(subject, "output_set() with a range outside the shared memory");
    if (reason === "error") throw abiViolation(subject, "error_set() with an offset that is not the start of a block");
    throw extismMemoryFull(subject, this.#maximum * largestClass);
  }

  /** Recreates the views after the memory has grown, which makes the old ones empty. */
  #refresh(): void {
    if (this.#bytes.length !== 0) return;
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }
}

/** Writes text if it is ASCII. Returns whether it is. */
function writeShort(bytes: Uint8Array, address: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    bytes[address + index] = code;
  }
  return true;
}
