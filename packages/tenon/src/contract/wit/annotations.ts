/**
 * Lines of documentation that say what WIT has no words for. Other tools read the type below as it is.
 *
 * `@tenon json` above `type json = string;` means a JSON value; `@tenon open` above a variant whose last case is
 * `unrecognized(s32)` means an open enum.
 */
export const jsonLine = "@tenon json";
export const openLine = "@tenon open";

/** The case of an open enum that stands for all numbers without a name. */
export { unrecognized } from "../model/component-form.js";

/** Returns the docs without the line, or `null` if they do not have it. */
export function withoutLine(docs: string | undefined, line: string): string | undefined | null {
  const lines = docs?.split("\n") ?? [];
  const at = lines.findLastIndex((text) => text.trim() === line);
  if (at < 0) return null;
  lines.splice(at, 1);
  return lines.length === 0 ? undefined : lines.join("\n");
}

export function withLine(docs: string | undefined, line: string): string {
  return docs === undefined ? line : `${docs}\n${line}`;
}
