import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as TraceMapping from "@jridgewell/trace-mapping";
import type { Script } from "../../runtime/script.js";

/** The stack of something thrown in a plugin's own files and lines; `undefined` where it has none. */
export type StackMapper = (thrown: unknown) => string | undefined;

const require = createRequire(import.meta.url);
const longestStack = 64 * 1024;
const deepestCause = 4;

/**
 * Makes the mapper of one script. It keeps the plugin's frames and leaves the host's out. The source map is read only
 * when the first error happens.
 */
export function createStackMapper(script: Script): StackMapper {
  let map: TraceMapping.TraceMap | undefined;
  const place = new RegExp(`(?:file://)?${literal(script.name)}:(\\d+):(\\d+)`, "g");

  const original = (line: string, column: string): string | undefined => {
    const { TraceMap, originalPositionFor } = require("@jridgewell/trace-mapping") as typeof TraceMapping;
    map ??= new TraceMap(sourceMapOf(script.code));
    const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    if (found.source === null) return undefined;
    const shift = found.line === 1 ? (script.shifts[found.source] ?? 0) : 0;
    return `${fileURLToPath(found.source)}:${found.line}:${Math.max(0, found.column - shift) + 1}`;
  };
  const mapFrame = (frame: string): string | undefined => {
    let positions = 0;
    const mapped = frame.replace(place, (_, line: string, column: string) => {
      const position = original(line, column);
      if (position !== undefined) positions += 1;
      return position ?? "";
    });
    return positions === 0 ? undefined : mapped;
  };
  return (thrown) => describeStack(thrown, (frames) => frames.map(mapFrame).filter((frame) => frame !== undefined));
}

/** The mapper of code that is not a script of ours (a builtin): the whole stack, as it is. */
export const plainStack: StackMapper = (thrown) => describeStack(thrown, (frames) => frames);

function describeStack(thrown: unknown, keep: (frames: string[]) => string[], depth = 0): string | undefined {
  const stack = stackOf(thrown);
  if (stack === undefined) return undefined;
  const lines = stack.slice(0, longestStack).split("\n");
  const firstFrame = lines.findIndex((line) => /^\s+at /.test(line));
  const head = firstFrame === -1 ? lines : lines.slice(0, firstFrame);
  const frames = firstFrame === -1 ? [] : keep(lines.slice(firstFrame).filter((line) => /^\s+at /.test(line)));
  const cause = depth < deepestCause ? describeStack(property(thrown, "cause"), keep, depth + 1) : undefined;
  return [...head, ...frames, ...(cause === undefined ? [] : [`caused by ${cause}`])].join("\n");
}

function stackOf(thrown: unknown): string | undefined {
  const stack = property(thrown, "stack");
  return typeof stack === "string" ? stack : undefined;
}

/** Reads a property of what a plugin threw: a getter or proxy of its may throw again. */
function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function sourceMapOf(code: string): string {
  const comment = code.lastIndexOf("//# sourceMappingURL=");
  return Buffer.from(code.slice(code.indexOf(",", comment) + 1), "base64").toString("utf8");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
