const bytes = new ArrayBuffer(8);
const i32 = new Int32Array(bytes);
const i64 = new BigInt64Array(bytes);
const f32 = new Float32Array(bytes);
const f64 = new Float64Array(bytes);

// The bits of floating-point numbers as integers and back: the cases of a variant share core values of one type.

export function bitsOfF32(value: number): number {
  f32[0] = value;
  return i32[0] as number;
}

export function f32OfBits(bits: number): number {
  i32[0] = bits;
  return f32[0] as number;
}

export function bitsOfF64(value: number): bigint {
  f64[0] = value;
  return i64[0] as bigint;
}

export function f64OfBits(bits: bigint): number {
  i64[0] = bits;
  return f64[0] as number;
}
