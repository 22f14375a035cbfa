import { type InflateRaw, inflateRaw, type ZlibOptions } from "node:zlib";

/** What is not in the types: with `info`, the result says how much of the input belonged to the stream. */
type WithInfo = (
  bytes: Uint8Array,
  options: ZlibOptions,
  done: (error: Error | null, result: { buffer: Buffer; engine: InflateRaw }) => void,
) => void;

/**
 * Inflates a raw deflate stream and says where it ends. What comes after it is not looked at.
 *
 * @param most how many bytes may come out.
 * @param fail makes an error of a stream that is damaged or cut short, or that has more bytes.
 */
export function inflate(
  bytes: Uint8Array,
  most: number,
  fail: (cause: Error | "too large") => never,
): Promise<{ readonly content: Uint8Array; readonly used: number }> {
  return new Promise<{ content: Uint8Array; used: number }>((resolve, reject) => {
    (inflateRaw as unknown as WithInfo)(bytes, { info: true, maxOutputLength: Math.max(1, most) }, (error, result) => {
      if (error !== null) reject(error);
      else resolve({ content: result.buffer, used: result.engine.bytesWritten });
    });
  }).then(
    (done) => (done.content.length > most ? fail("too large") : done),
    (error: NodeJS.ErrnoException) => fail(error.code === "ERR_BUFFER_TOO_LARGE" ? "too large" : error),
  );
}
