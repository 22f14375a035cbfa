/** How many frames are looked at, if the host records more. */
export const mostFrames = 64;

/** A frame of WebAssembly as the engine shows it. */
export interface EngineFrame {
  /** As in the module's section of names; empty if it has none. */
  readonly name: string;
  /** The module and the number of the function, and where in the module. */
  readonly where: string;
  /** Of the function, in its module. */
  readonly function: number;
  /** The name of the module. */
  readonly module: string;
  /** In bytes, from the start of the module. */
  readonly offset: number;
}

const pattern =
  /^\s*at (?:async )?(?:(.*) \()?((?:wasm:\/\/wasm\/(.*?)(?:-?[0-9a-f]{8})?:)?wasm-function\[(\d+)\]:0x([0-9a-f]+))\)?$/;

/** Returns the frames of WebAssembly in a stack, the innermost first. */
export function engineFrames(stack: string): EngineFrame[] {
  const found: EngineFrame[] = [];
  for (const line of stack.split("\n")) {
    if (found.length === mostFrames) break;
    const parts = pattern.exec(line);
    if (parts === null) continue;
    const [, full = "", where = "", module = "", index, offset = "0"] = parts;
    // The engine puts the module's name in front, and shows it alone if the function has none.
    const named = full === module ? "" : full;
    const name = named.startsWith(`${module}.`) ? named.slice(module.length + 1) : named;
    found.push({ name, where, module, function: Number(index), offset: Number.parseInt(offset, 16) });
  }
  return found;
}

/** How many frames show a plugin's own functions below those that report a failure: a panic of Rust alone has ten. */
export const enoughFrames = 32;

/**
 * Lets the engine record stacks that are deep enough to show a plugin's own functions, in a thread that may be the host's: only
 * while the plugin's code runs. What a plugin's trap shows depends on this, and nothing else announces it.
 *
 * @returns what {@link restoreStacks} needs.
 */
export function deepenStacks(): number {
  const { stackTraceLimit } = Error;
  if (!(stackTraceLimit < enoughFrames)) return unchanged;
  try {
    Error.stackTraceLimit = mostFrames;
  } catch {
    // The host has frozen its built-in objects.
    return unchanged;
  }
  return stackTraceLimit;
}

/** Undoes {@link deepenStacks}, unless the host has set something else meanwhile. May be called twice. */
export function restoreStacks(limit: number): void {
  if (limit !== unchanged && Error.stackTraceLimit === mostFrames) Error.stackTraceLimit = limit;
}

const unchanged = -1;

/** Runs code of a plugin, or what makes an error, with stacks that are deep enough to show a plugin's own functions. */
export function withDeepStacks<T>(run: () => T): T {
  const limit = deepenStacks();
  try {
    return run();
  } finally {
    restoreStacks(limit);
  }
}
