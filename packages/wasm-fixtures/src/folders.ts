import { fileURLToPath } from "node:url";

/** The package: sources in every language, each in its own folder. */
export const sources = fileURLToPath(new URL("../", import.meta.url));

/** Where everything that is made or fetched is kept. Git ignores it; it can be deleted at any time. */
export const cacheFolder = fileURLToPath(new URL("../../../.cache/wasm-fixtures/", import.meta.url));
