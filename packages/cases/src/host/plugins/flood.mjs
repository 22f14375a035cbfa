/** @typedef {{ fetch(): Promise<Uint8Array>, store(data: Uint8Array): Promise<void> }} Imports */

/** @type {Imports} */
let imports;

/** @param {{ imports: Imports }} context */
export function activate(context) {
  imports = context.imports;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Makes many calls, and does not read their results. */
export async function fetchAndSpin() {
  for (let at = 0; at < 1000; at++) imports.fetch().catch(() => {});
  await turn();
  await turn();
  for (;;);
}

/** Makes many calls with much data, and waits for none. */
export async function storeAll() {
  const data = new Uint8Array(4 * 2 ** 20);
  for (let at = 0; at < 1000; at++) {
    imports.store(data).catch(() => {});
    await turn();
  }
}
