import { fileURLToPath } from "node:url";
import { cached } from "@tenon/fixtures";

/** The folder of this package: sources in every language, each in its own folder. */
export const sources = fileURLToPath(new URL("../", import.meta.url));

/** The folder for everything that is built or downloaded. */
export const cacheFolder = cached("wasm-fixtures");
