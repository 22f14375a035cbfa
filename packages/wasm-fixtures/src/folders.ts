import { fileURLToPath } from "node:url";

/** The folder of this package: sources in every language, each in its own folder. */
export const sources = fileURLToPath(new URL("../", import.meta.url));

/** The folder for everything that is built or downloaded. Git ignores it; you can delete it at any time. */
export const cacheFolder = fileURLToPath(new URL("../../../.cache/wasm-fixtures/", import.meta.url));
