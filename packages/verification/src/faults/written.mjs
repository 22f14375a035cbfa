import { appendFileSync } from "node:fs";

/** @type {string} */
let file;
export const activate = (/** @type {{ settings: { file: string } }} */ { settings }) => {
  file = settings.file;
};
export async function work(/** @type {number} */ call) {
  appendFileSync(file, `${call}\n`);
  await new Promise((resolve) => setImmediate(resolve));
  return call;
}
