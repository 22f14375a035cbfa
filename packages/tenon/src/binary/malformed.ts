import { errors, type TenonError } from "../errors/index.js";

/**
 * A file that breaks the rules of its own format.
 *
 * @param what What is wrong, as a sentence without its subject: "the string table lies outside the file".
 * @param offset Where in the file, in bytes, if that is known.
 */
export function malformed(what: string, offset?: number): TenonError {
  return errors.TENON_BINARY_MALFORMED({
    message: offset === undefined ? what : `${what} (at byte 0x${offset.toString(16)})`,
  });
}

/** A file that ends before the part that its headers promise. */
export function truncated(what: string, needs: number, has: number): TenonError {
  return errors.TENON_BINARY_TRUNCATED({ message: `${what} needs ${needs} bytes, and the file has ${has}` });
}
