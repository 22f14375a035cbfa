import { errors, type TenonError } from "../errors/index.js";

/** The error of a contract that is not well formed: TENON_CONTRACT_INVALID, with the contract's id as its subject. */
export function invalidContract(id: string, message: string, fix?: string): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `contract ${id}: ${message}`,
    subject: id,
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}
