/** The entry of a folder that neither tenon.json nor package.json names. */
export const entryNames: readonly string[] = ["plugin.wasm"];
