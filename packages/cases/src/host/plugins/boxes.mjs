/** @type {any} */
let imports;
export const activate = (/** @type {any} */ context) => {
  imports = context.imports;
};
/** Takes as long as the host wants. */
export async function saveState() {
  await imports.saving();
  return {};
}
export function restoreState() {}
class Box {
  async get() {
    await imports.ran();
    return 7;
  }
}
export const boxes = { Box };
