const chunkBytes = 64 * 1024;

/** @param {bigint} size */
export async function* writeBytes(size) {
  for (let left = Number(size); left > 0; left -= chunkBytes)
    yield new Uint8Array(Math.min(chunkBytes, left)).fill(left % 251);
}

/** @param {AsyncIterable<Uint8Array>} data */
export async function readBytes(data) {
  let size = 0;
  for await (const chunk of data) size += chunk.byteLength;
  return BigInt(size);
}

/** @param {number} count */
export async function* writeNumbers(count) {
  for (let number = 0; number < count; number++) yield number;
}

/** @param {AsyncIterable<number>} numbers */
export async function readNumbers(numbers) {
  let count = 0;
  for await (const _ of numbers) count++;
  return BigInt(count);
}
