import { javascriptHost, typescriptHost } from "./host.js";
import { javascriptPlugin } from "./plugin-javascript.js";
import { typescriptPlugin } from "./plugin-typescript.js";
import type { Template } from "./template.js";

export const kinds = ["plugin", "host"] as const;
export type Kind = (typeof kinds)[number];

export const languages = ["typescript", "javascript"] as const;
export type Language = (typeof languages)[number];

/** Everything that `tenon new` can create. */
export const templates: Readonly<Record<Kind, Readonly<Record<Language, Template>>>> = {
  plugin: { typescript: typescriptPlugin, javascript: javascriptPlugin },
  host: { typescript: typescriptHost, javascript: javascriptHost },
};
