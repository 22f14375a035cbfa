import { Failure } from "../model/failure.js";

/** Converts a u64 of the program to a number. @throws Failure `invalid` beyond 2⁵³ */
export function offset(given: bigint): number {
  const value = BigInt.asUintN(64, given);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Failure("invalid");
  return Number(value);
}
