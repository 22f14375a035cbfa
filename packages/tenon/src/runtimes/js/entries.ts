import { scriptExtensions } from "../../runtime/package-entry.js";

/** The entry of a package folder that neither tenon.json nor package.json names. */
export const entries = {
  names: [
    ...scriptExtensions.map((extension) => `index.${extension}`),
    ...scriptExtensions.map((extension) => `plugin.${extension}`),
  ],
};
