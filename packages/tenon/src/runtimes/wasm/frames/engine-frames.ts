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

/** Runs what makes an error with a stack that is deep enough to show a plugin's own functions. */
export function withDeepStacks<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  try {
    // Fails in a host that has frozen its built-in objects.
    if (!(stackTraceLimit >= mostFrames)) Error.stackTraceLimit = mostFrames;
  } catch {
    return make();
  }
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
