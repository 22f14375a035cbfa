import { changesOf, valueOfWrite } from "./writes.mjs";

/** @type {import("tenon/guest").Context} */
let context;

/** @param {import("tenon/guest").Context} given */
export const activate = (given) => {
  context = given;
};

/** @param {number} lane @param {number} number */
export const write = (lane, number) =>
  context.storage.batch(
    changesOf(lane, number).map(([key, written]) => [key, written === undefined ? undefined : valueOfWrite(written)]),
  );

/** @param {string} key */
export const read = (key) => context.storage.get(key);

export const keys = async () => {
  const found = [];
  for await (const key of context.storage.keys()) found.push(key);
  return found;
};

/** @param {number} count */
export const fill = async (count) => {
  for (let from = 0; from < count; from += 1000)
    await context.storage.batch(Array.from({ length: 1000 }, (_, index) => [`key-${from + index}`, "value"]));
};

export const count = async () => {
  let found = 0;
  for await (const key of context.storage.keys()) if (key !== "") found++;
  return found;
};

export const exit = () => process.exit(9);
