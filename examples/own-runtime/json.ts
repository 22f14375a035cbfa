/** What JSON cannot say: `{ "$": "u8", "of": "…" }` stands for it. Programs pass on what they do not look at. */

const arrays = [Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array] as const;
const bigArrays = [BigInt64Array, BigUint64Array] as const;

export function toJson(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (value === undefined) return { $: "undefined" };
    if (typeof value === "bigint") return { $: "bigint", of: String(value) };
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
      return { $: "number", of: Object.is(value, -0) ? "-0" : String(value) };
    if (value instanceof Uint8Array) return { $: "bytes", of: Buffer.from(value).toString("base64") };
    if (ArrayBuffer.isView(value)) return { $: value.constructor.name, of: Array.from(value as Int8Array) };
    return value;
  });
}

export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, value: { $?: string; of?: any } | null) => {
    switch (value?.$) {
      case undefined:
        return value;
      case "undefined":
        return undefined;
      case "bigint":
        return BigInt(value?.of);
      case "number":
        return Number(value?.of);
      case "bytes":
        return new Uint8Array(Buffer.from(value?.of, "base64"));
      default: {
        const known = [...arrays, ...bigArrays].find(({ name }) => name === value?.$);
        return known === undefined ? value : (known as any).from(value?.of);
      }
    }
  });
}
