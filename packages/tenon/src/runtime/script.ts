/**
 * A JavaScript plugin as one script: what a builder makes and the JavaScript runtime loads. It survives a structured
 * clone, and names every file by its absolute path or URL.
 */
export interface Script {
  /**
   * A classic script whose completion value is a {@link ScriptFunction}. It ends with its source map as a data URL, so
   * that debuggers bind breakpoints to the plugin's own files.
   */
  readonly code: string;
  /** The name under which the script is compiled, as stacks and debuggers show it. No such file exists. */
  readonly name: string;
  /** The absolute path of the entry file. */
  readonly entry: string;
  /** By source URL: how many columns the first line stands further to the right than in the file. */
  readonly shifts: Readonly<Record<string, number>>;
}

/** What a builder knows besides, without having run anything. */
export interface BuiltScript {
  readonly script: Script;
  /** SHA-256 of the script, as `sha256:…`. */
  readonly fingerprint: string;
  /** Absolute paths of the plugin's files that went into the script: what to watch. */
  readonly inputs: readonly string[];
  /** Names that the entry exports (`default` among them), or `undefined` where they cannot be known statically. */
  readonly exports: readonly string[] | undefined;
}

/** Makes a script of an entry file; runs nothing of it. Rejects with TENON_SYNTAX, TENON_BUILD_FAILED or TENON_BUILD_WRITE. */
export type ScriptBuilder = (entry: string, signal?: AbortSignal) => Promise<BuiltScript>;

/** The names that a script may use besides the globals, in the order in which they are passed. */
export const scriptParameters = [
  "exports",
  "require",
  "module",
  "process",
  "console",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "queueMicrotask",
  "__tenon_module",
  "__tenon_meta",
] as const;

export type ScriptScope = Readonly<Record<(typeof scriptParameters)[number], unknown>>;

/** Runs the script in a scope. `this` is `module.exports`, as CommonJS has it. */
export type ScriptFunction = (this: unknown, ...scope: unknown[]) => void;

/** What stands around the bundled code. The inner function lets the plugin declare names of the outer one again. */
export const scriptOpening = `(function(${scriptParameters.join(",")}){return(function(){`;
export const scriptClosing = "}).call(this)})";
