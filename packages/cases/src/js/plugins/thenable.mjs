export function run(/** @type {string} */ text) {
  /** @type {any} */
  const thenable = {};
  // biome-ignore lint/suspicious/noThenProperty: the situation.
  thenable.then = (/** @type {(value: string) => void} */ resolve) => {
    resolve(text);
  };
  return thenable;
}
