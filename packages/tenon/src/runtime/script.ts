import { builtinModule } from "./builtin-module.js";
import { fullMap } from "./same-map.js";

/**
 * A JavaScript plugin as one script: a builder produces it, and the JavaScript runtime loads it. It survives a structured
 * clone, and names every file by its absolute path or URL.
 */
export interface Script {
  /**
   * The body of a function that returns a {@link ScriptFunction}. ASCII, without its source map: V8 keeps the text of a script on
   * its heap for as long as its functions live, and twice as large if it has other characters.
   */
  readonly code: string;
  /** The source map as JSON, compressed if it is large: needed only for stacks and debuggers. See {@link sourceMapOf}. */
  readonly map: Uint8Array | string;
  /** The name under which the script is compiled, as stacks and debuggers show it. No such file exists. */
  readonly name: string;
  /** The absolute path of the entry file. */
  readonly entry: string;
  /** By source URL: by how many columns the first line is shifted to the right, compared to the file. */
  readonly shifts: Readonly<Record<string, number>>;
  /** Large files of packages that are the same for other plugins: absent if there are none. */
  readonly libraries?: readonly Library[];
  /** What the script does not contain, but Node loads: absent if there is nothing. */
  readonly externals?: readonly ExternalModule[];
  /** TypeScript files that the plugin starts as threads: absent if there are none. */
  readonly workers?: readonly WorkerScript[];
}

/** A file that a plugin starts with `new Worker(…)`, built with the plugin. */
export interface WorkerScript {
  /** Its absolute path. */
  readonly file: string;
  /** The name under which it is compiled. No such file exists. */
  readonly name: string;
  /** The code of a CommonJS module, with its source map. */
  readonly code: string;
}

/** A CommonJS file that is compiled once for all plugins of a thread. Each plugin has its own instance of it. */
export interface Library extends Mapped {
  /** What the script passes to `require` for it: it identifies the code. */
  readonly token: string;
  /** Like that of a script. */
  readonly code: string;
  readonly name: string;
}

/** Code with its source map. */
export type Mapped = Pick<Script, "code" | "map" | "shifts">;

/** A module that is not part of the script. Node loads it, and keeps it for the life of its thread. */
export interface ExternalModule {
  /** What the script passes to `require` for it. */
  readonly token: string;
  /** How the plugin imports it: `import` waits until it is loaded, `dynamic` loads it when it is called. */
  readonly kind: "import" | "dynamic" | "require";
  /** `react/jsx-runtime`, or a `file:` URL. */
  readonly specifier: string;
  /** The absolute path of a file: Node resolves the module as if this file imported it. */
  readonly from: string;
  /** Whether it is the host's own copy. */
  readonly isShared?: boolean;
}

/** The names that a script may use in addition to the globals, in the order in which they are passed. */
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
  "__tenon_copy",
] as const;

export type ScriptScope = Readonly<Record<(typeof scriptParameters)[number], unknown>>;

/** Runs the script in a scope. `this` is `module.exports`, as in CommonJS. */
export type ScriptFunction = (this: unknown, ...scope: unknown[]) => void;

/** The wrapper around the bundled code. The inner function lets the plugin redeclare the outer function's parameters. */
export const scriptOpening = `return(function(${scriptParameters.join(",")}){return(function(){`;
/** The opening for the code of modules. */
export const strictOpening = `${scriptOpening}"use strict";`;
export const scriptClosing = "}).call(this)})";
/** The end for the code of a module, which has no `this`. */
export const moduleClosing = "})()})";

/** Makes the `map` of a script. @param json the source map. */
export function packedMap(json: string): Uint8Array | string {
  return json.length < worthPacking
    ? json
    : new Uint8Array(builtinModule("node:zlib").deflateRawSync(json, { level: 1 }));
}

/** Returns the source map of a script, as JSON. */
export function sourceMapOf({ map, code }: Pick<Mapped, "map" | "code">): string {
  if (typeof map !== "string") return builtinModule("node:zlib").inflateRawSync(map).toString("utf8");
  return fullMap(map, code);
}

/** Below this number of characters, compressing takes longer than it saves. */
const worthPacking = 4096;

/** Returns the code with its source map in it, so that debuggers bind breakpoints to the plugin's own files. */
export function debuggableCode(script: Mapped): string {
  if (script.code.includes(mapComment)) return script.code;
  return `${script.code}${mapComment}${Buffer.from(sourceMapOf(script)).toString("base64")}\n`;
}

const mapComment = "\n//# sourceMappingURL=data:application/json;base64,";
