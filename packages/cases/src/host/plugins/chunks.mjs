/** @param {number} count */
export async function* make(count) {
  for (let at = 0; at < count; at++) yield new Uint8Array(65536).fill(at);
}
