import { scriptClosing, scriptOpening } from "../../runtime/script.js";

/** Globals from which no promise, thread or handle comes. The timers are the plugin's own: see shadows/timers.ts. */
const quiet = new Set(
  (
    "Object Array Number Boolean String Symbol BigInt Math JSON Intl Date RegExp parseFloat parseInt isFinite isNaN " +
    "Infinity NaN undefined Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError " +
    "ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array " +
    "Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array Map Set WeakMap WeakSet WeakRef " +
    "Proxy Reflect encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape atob btoa Buffer URL " +
    "URLSearchParams TextEncoder TextDecoder structuredClone console setTimeout setInterval setImmediate clearTimeout " +
    "clearInterval clearImmediate queueMicrotask"
  ).split(" "),
);

// esbuild writes it at the end of each bundle.
const esbuildComment = "// Annotate the CommonJS export names for ESM import in node:";

const words = "async await import require asyncIterator then".split(" ");

/** Finds any of the words, and of the globals that there were when it was made. */
let search: { readonly globals: number; readonly pattern: RegExp } | undefined;

/**
 * Returns whether a script may start something that goes on after a call: a promise, a request, a server. Decided by the
 * words in it, strings and comments included, so the answer is too often yes rather than no.
 */
export function startsWork(code: string): boolean {
  const end = code.lastIndexOf(scriptClosing);
  const begin = code.indexOf(scriptOpening) + scriptOpening.length;
  const body = code.slice(begin, end === -1 ? undefined : end).replace(esbuildComment, "");
  return loudWords().test(body);
}

function loudWords(): RegExp {
  const globals = Object.getOwnPropertyNames(globalThis);
  if (search?.globals !== globals.length) {
    // The code is ASCII: a name with other characters is none that the search could miss.
    const loud = globals.filter((name) => !quiet.has(name) && /^[A-Za-z_$][\w$]*$/.test(name));
    const names = [...words, ...loud].map((name) => name.replaceAll("$", "\\$"));
    search = { globals: globals.length, pattern: new RegExp(`(?<![\\w$])(?:${names.join("|")})(?![\\w$])`) };
  }
  return search.pattern;
}
