/** What a case prints, and how it ends. */
let wrong = 0;

/**
 * Prints one outcome beside what is right. Both are compared as JSON.
 *
 * @param {string} what
 * @param {unknown} seen
 * @param {unknown} expected
 */
export function expect(what, seen, expected) {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left === right) console.log(`${what}: ${left}`);
  else {
    wrong++;
    console.log(`${what}: ${left}, expected ${right}`);
  }
}

/**
 * Prints one outcome, and the condition that it must meet in words.
 *
 * @param {string} what
 * @param {unknown} seen
 * @param {boolean} holds
 * @param {string} condition
 */
export function check(what, seen, holds, condition) {
  const text = typeof seen === "string" ? seen : JSON.stringify(seen);
  if (!holds) wrong++;
  console.log(`${what}: ${text} (${holds ? "" : "expected "}${condition})`);
}

/**
 * Ends the case: what is missing on this machine is a reason to skip it.
 *
 * @param {string} reason
 * @returns {never}
 */
export function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}

/**
 * Ends the case with the code that its outcomes give.
 *
 * @returns {never}
 */
export function done() {
  process.exit(wrong === 0 ? 0 : 1);
}
