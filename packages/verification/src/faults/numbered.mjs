/** @type {any} */
let imports;
let total = 0;
export const activate = (/** @type {any} */ context) => {
  imports = context.imports;
};
export const saveState = async () => {
  await pause();
  return { total };
};
export const restoreState = (/** @type {{ total: number }} */ state) => {
  total = state.total;
};
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

class Box {
  async get(/** @type {number} */ call) {
    await imports.ran(call);
    return call;
  }
}
export const boxes = { Box };
export async function bump(/** @type {number} */ call) {
  await imports.ran(call);
  total++;
  return call;
}
export { counted as total };

function counted() {
  return total;
}
export async function* count(/** @type {number} */ call, /** @type {number} */ length) {
  await imports.ran(call);
  for (let at = 0; at < length; at++) {
    if (at % 8 === 7) await pause();
    yield at;
  }
}
