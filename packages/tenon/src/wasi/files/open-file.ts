import {
  type BigIntStats,
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  readSync,
  writeSync,
} from "node:fs";
import { Failure } from "../model/failure.js";

/** Times in nanoseconds since 1970; `undefined` leaves a time unchanged. */
export interface Times {
  readonly accessed: bigint | undefined;
  readonly modified: bigint | undefined;
}

/** An open regular file. Offsets are in bytes, as numbers: no file is larger than 2⁵³. */
export class OpenFile {
  readonly readable: boolean;
  readonly writable: boolean;
  /** Whether writes always go to the end of the file. */
  append: boolean;
  position = 0;
  readonly #descriptor: number;
  #holders = 1;

  constructor(descriptor: number, readable: boolean, writable: boolean, append: boolean) {
    this.#descriptor = descriptor;
    this.readable = readable;
    this.writable = writable;
    this.append = append;
  }

  /** @returns the number of bytes read; 0 at the end. */
  readAt(bytes: Uint8Array, offset: number): number {
    if (!this.readable) throw new Failure("bad-descriptor");
    if (bytes.length === 0) return 0;
    return readSync(this.#descriptor, bytes, 0, bytes.length, offset);
  }

  /** @returns the number of bytes written. */
  writeAt(bytes: Uint8Array, offset: number): number {
    this.#mustWrite();
    if (bytes.length === 0) return 0;
    return writeSync(this.#descriptor, bytes, 0, bytes.length, offset);
  }

  read(bytes: Uint8Array): number {
    const read = this.readAt(bytes, this.position);
    this.position += read;
    return read;
  }

  write(bytes: Uint8Array): number {
    if (this.append) this.position = this.size();
    const written = this.writeAt(bytes, this.position);
    this.position += written;
    return written;
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  stat(): BigIntStats {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  resize(size: number): void {
    this.#mustWrite();
    ftruncateSync(this.#descriptor, size);
  }

  setTimes(times: Times): void {
    this.#mustWrite();
    const now = this.stat();
    futimesSync(this.#descriptor, seconds(times.accessed ?? now.atimeNs), seconds(times.modified ?? now.mtimeNs));
  }

  sync(): void {
    if (this.writable) fsyncSync(this.#descriptor);
  }

  syncData(): void {
    if (this.writable) fdatasyncSync(this.#descriptor);
  }

  /** Adds a holder. The file stays open until every holder has closed it. */
  hold(): this {
    this.#holders++;
    return this;
  }

  close(): void {
    if (--this.#holders === 0) closeSync(this.#descriptor);
  }

  #mustWrite(): void {
    if (!this.writable) throw new Failure("bad-descriptor");
  }
}

/** Converts to the seconds that Node takes. As a double, a current time is exact to about a quarter of a microsecond. */
export function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}
