/** @type {import("tenon/guest").Context} */
let context;

/** @param {import("tenon/guest").Context} given */
export const activate = (given) => {
  context = given;
};

/** Stores so many values, one after the other. @param {number} count @param {number} together */
export const set = async (count, together) => {
  for (let index = 0; index < count; index += together)
    await Promise.all(
      Array.from({ length: together }, (_, at) => context.storage.set(`key-${(index + at) % 1000}`, "x".repeat(100))),
    );
};

/** Reads so many values, one after the other. @param {number} count */
export const get = async (count) => {
  let bytes = 0;
  for (let index = 0; index < count; index++)
    bytes += (await context.storage.get(`key-${index % 1000}`))?.byteLength ?? 0;
  return bytes;
};
