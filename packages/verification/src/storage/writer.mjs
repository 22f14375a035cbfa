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

export const exit = () => process.exit(9);
