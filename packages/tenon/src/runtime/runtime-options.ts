/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Options of a runtime for one plugin, by name. */
export type RuntimeOptions = Readonly<Record<string, unknown>>;

/**
 * Names the runtime of a plugin, or sets its options, or both: `"json-lines"`, `{ name: "json-lines", cookie: "x" }`, `{ clock: 0 }`.
 * Without a name, the runtime is the one that recognises the plugin. In a manifest or as an option of `open`, whose fields win.
 */
export type RuntimeChoice = string | (RuntimeOptions & { readonly name?: string });
