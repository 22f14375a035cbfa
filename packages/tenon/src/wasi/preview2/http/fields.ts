import { wasiMisuse } from "../../../errors/factories/wasi.js";
import type { Field } from "../../network/protocol.js";
import { ErrorCase } from "../io/error-cases.js";

type Entry = readonly [name: string, value: Uint8Array];

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const mostBytes = 256 * 1024;

/** Fields that belong to the connection, so that the component cannot set them. It can read `host` of a request. */
const forbidden = new Set([
  ...["connection", "host", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization"],
  ...["proxy-connection", "te", "transfer-encoding", "upgrade"],
]);

/** `wasi:http/types.fields`: names in lower case, and values as bytes. */
export class Fields {
  #entries: readonly Entry[];
  readonly #mutable: boolean;

  private constructor(entries: readonly Entry[], mutable: boolean) {
    this.#entries = entries;
    this.#mutable = mutable;
  }

  static empty(): Fields {
    return new Fields([], true);
  }

  /** @throws ErrorCase of a `header-error` */
  static fromList(list: readonly Entry[]): Fields {
    const fields = Fields.empty();
    fields.#put(list.map(([name, value]) => [validName(name), validValue(value)]));
    return fields;
  }

  /** Fields that were received from the network. They cannot be changed. */
  static received(fields: readonly Field[]): Fields {
    const entries = fields.map(([name, value]): Entry => [name.toLowerCase(), Buffer.from(value, "latin1")]);
    return new Fields(
      entries.filter(([name]) => !forbidden.has(name) || name === "host"),
      false,
    );
  }

  get(name: string): Uint8Array[] {
    const wanted = name.toLowerCase();
    return this.#entries.flatMap(([each, value]) => (each === wanted ? [value] : []));
  }

  has(name: string): boolean {
    return this.get(name).length > 0;
  }

  set(given: string, values: readonly Uint8Array[]): void {
    const name = validName(given);
    this.#put([...this.#without(name), ...values.map((value): Entry => [name, validValue(value)])]);
  }

  append(given: string, value: Uint8Array): void {
    this.#put([...this.#entries, [validName(given), validValue(value)]]);
  }

  delete(given: string): void {
    this.#put(this.#without(validName(given)));
  }

  entries(): readonly Entry[] {
    return this.#entries;
  }

  clone(): Fields {
    return new Fields(this.#entries, true);
  }

  /** A read-only copy, for a request that was sent. */
  frozen(): Fields {
    return new Fields(this.#entries, false);
  }

  /** The fields in the form for the network's thread. */
  get wire(): Field[] {
    return this.#entries.map(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
  }

  #without(name: string): Entry[] {
    return this.#entries.filter(([each]) => each !== name);
  }

  #put(entries: readonly Entry[]): void {
    if (!this.#mutable) throw headerError("immutable");
    const bytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    if (bytes > mostBytes) throw wasiMisuse(`set more than ${mostBytes} bytes of HTTP fields`);
    this.#entries = entries;
  }
}

function validName(name: string): string {
  if (!token.test(name)) throw headerError("invalid-syntax");
  const lower = name.toLowerCase();
  if (forbidden.has(lower)) throw headerError("forbidden");
  return lower;
}

function validValue(value: Uint8Array): Uint8Array {
  if (value.some((byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f)) throw headerError("invalid-syntax");
  return value;
}

function headerError(tag: "invalid-syntax" | "forbidden" | "immutable"): ErrorCase {
  return new ErrorCase({ tag });
}
