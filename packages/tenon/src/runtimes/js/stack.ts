import type { Script } from "../../runtime/script.js";
import { SourcePositions } from "./source-positions.js";

/** Returns the stack of a thrown value in the plugin's own files and lines, or `undefined` if it has none. */
export type StackMapper = (thrown: unknown) => string | undefined;

const longestStack = 64 * 1024;
const deepestCause = 4;

/** Makes the mapper for one script. It keeps the plugin's frames and drops the host's. */
export function createStackMapper(script: Script): StackMapper {
  // Most plugins never need it.
  let mapFrame: ((frame: string) => string | undefined) | undefined;
  return (thrown) =>
    describeStack(thrown, (frames) => {
      mapFrame ??= frameMapper(script);
      return frames.map(mapFrame).filter((frame) => frame !== undefined);
    });
}

function frameMapper(script: Script): (frame: string) => string | undefined {
  const parts = new Map([script, ...(script.libraries ?? [])].map((each) => [each.name, new SourcePositions(each)]));
  const names = [...parts.keys()].map(literal).join("|");
  const position = new RegExp(`(?:file://)?(${names}):(\\d+):(\\d+)`, "g");
  return (frame) => {
    let count = 0;
    const mapped = frame.replace(position, (_, name: string, line: string, column: string) => {
      const original = parts.get(name)?.original(Number(line), Number(column));
      if (original !== undefined) count += 1;
      return original ?? "";
    });
    return count === 0 ? undefined : mapped;
  };
}

/** The mapper for code that is not a script (a builtin): it returns the whole stack unchanged. */
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

/** Reads a property of what a plugin threw. A getter or proxy of the plugin may throw again. */
export function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
