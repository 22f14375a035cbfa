import { fileURLToPath } from "node:url";
import { cached } from "@tenon/fixtures";

/** The package: sources in every language, each in its own folder. */
export const sources = fileURLToPath(new URL("../", import.meta.url));

/** Where everything that is built or fetched is kept. */
export const cacheFolder = cached("wasm-fixtures");
