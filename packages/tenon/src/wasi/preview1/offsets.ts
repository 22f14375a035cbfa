import { Failure } from "../failure.js";

/** A u64 of the program's as a number. @throws Failure `invalid` beyond 2⁵³ */
export function offset(given: bigint): number {
  const value = BigInt.asUintN(64, given);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Failure("invalid");
  return Number(value);
}
