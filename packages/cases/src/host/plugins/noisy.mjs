/** @param {number} count */
export function print(count) {
  for (let at = 0; at < count; at++) console.log("line", at);
}
