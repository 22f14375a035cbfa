/**
 * WebAssembly instructions as bytes, written as nested expressions: operands first. Only what the kernel needs. Source: WebAssembly, "Binary Format", Instructions.
 */
export type Code = readonly number[];
export type ValueType = "i32" | "i64";

const valueTypes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e };
const noValue = 0x40;

export const valueType = (type: ValueType): number => valueTypes[type];

const binary =
  (opcode: number) =>
  (left: Code, right: Code): Code => [...left, ...right, opcode];
const unary =
  (opcode: number) =>
  (operand: Code): Code => [...operand, opcode];
const load =
  (...opcode: readonly number[]) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)];
const store =
  (...opcode: readonly number[]) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...opcode, 0, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: load(0x28),
  loadByte: load(0x2d),
  store: store(0x36),
  storeByte: store(0x3a),
  isZero: unary(0x45),
  equal: binary(0x46),
  /** Signed, unlike all others here. */
  more: binary(0x4a),
  atLeast: binary(0x4f),
  atMost: binary(0x4d),
  countLeadingZeros: unary(0x67),
  add: binary(0x6a),
  subtract: binary(0x6b),
  and: binary(0x71),
  shiftLeft: binary(0x74),
  shiftRight: binary(0x76),
  wrap: unary(0xa7),
};

export const i64 = {
  const: (value: number): Code => [0x42, ...signed(value)],
  load: load(0x29),
  store: store(0x37),
  isZero: unary(0x50),
  less: binary(0x54),
  more: binary(0x56),
  atMost: binary(0x58),
  add: binary(0x7c),
  subtract: binary(0x7d),
  extend: unary(0xad),
};

export const memory = {
  /** In pages. */
  size: [0x3f, 0] as Code,
  grow: (pages: Code): Code => [...pages, 0x40, 0],
  fill: (start: Code, byte: Code, length: Code): Code => [...start, ...byte, ...length, 0xfc, 0x0b, 0],
};

export const local = (index: number): Code => [0x20, ...unsigned(index)];
export const set = (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)];
export const invoke = (index: number, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  0x10,
  ...unsigned(index),
];
export const unreachable: Code = [0x00];
export const returnValue = (value: Code = []): Code => [...value, 0x0f];

/** Runs the steps if the condition is not 0. */
export const when = (condition: Code, ...steps: readonly Code[]): Code => [
  ...condition,
  0x04,
  noValue,
  ...steps.flat(),
  0x0b,
];

/** Runs one list of steps or the other. */
export const ifElse = (condition: Code, yes: readonly Code[], no: readonly Code[]): Code => [
  ...condition,
  0x04,
  noValue,
  ...yes.flat(),
  0x05,
  ...no.flat(),
  0x0b,
];

/** Evaluates to one value or the other. */
export const choose = (type: ValueType, condition: Code, yes: Code, no: Code): Code => [
  ...condition,
  0x04,
  valueType(type),
  ...yes,
  0x05,
  ...no,
  0x0b,
];

/** Runs the steps while the condition is not 0. */
export const repeatWhile = (condition: Code, ...steps: readonly Code[]): Code => [
  ...[0x02, noValue],
  ...[0x03, noValue],
  ...i32.isZero(condition),
  ...[0x0d, 1],
  ...steps.flat(),
  ...[0x0c, 0],
  ...[0x0b, 0x0b],
];

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

/** LEB128, with a sign. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -0x40 || rest >= 0x40; rest = Math.floor(rest / 0x80))
    bytes.push((((rest % 0x80) + 0x80) % 0x80) + 0x80);
  return [...bytes, rest & 0x7f];
}
