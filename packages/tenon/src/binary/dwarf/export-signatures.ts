import type { Dwarf } from "./dwarf.js";
import { goParameters } from "./subprograms.js";

const wrapper = /^_cgoexp_[0-9a-f]+_(.+)$/s;

/** Returns the C name of the Go function behind a cgo wrapper; `undefined` for other symbols. */
export function exportedByWrapper(symbol: string): string | undefined {
  return wrapper.exec(symbol)?.[1];
}

/**
 * Returns the types of functions that Go code exports to C (`//export`), as Go source: `func(*C.char, int) (string, bool)`.
 *
 * cgo writes a wrapper for each, which takes a struct of all parameters (p0, p1, …) and results (r0, …). The wrapper's type
 * is always complete, while the function itself may be inlined or lack its results. Source: cmd/cgo/out.go.
 *
 * @param wrappers Names of wrappers, from the dynamic symbols: "_cgoexp_58222ad55a57_Greet".
 * @returns By the exported name.
 * @throws TENON_BINARY_MALFORMED
 */
export function exportSignatures(dwarf: Dwarf, wrappers: Iterable<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [symbol, [struct = ""]] of goParameters(dwarf, wrappers)) {
    const name = exportedByWrapper(symbol);
    const signature = signatureOf(struct);
    if (name !== undefined && signature !== undefined) found.set(name, signature);
  }
  return found;
}

/** From `*struct { main.p0 int; main.r0 error }`; an export without parameters and results takes `*struct {}`. */
function signatureOf(struct: string): string | undefined {
  const body = /^\*struct \{(.*)\}$/s.exec(struct)?.[1];
  if (body === undefined) return undefined;
  const parameters: string[] = [];
  const results: string[] = [];
  for (const field of fieldsOf(body)) {
    const match = /^(?:\S*\.)?([pr])\d+ (.+)$/s.exec(field);
    if (match === null) return undefined;
    (match[1] === "p" ? parameters : results).push(match[2]!);
  }
  const result = results.length === 1 ? ` ${results[0]}` : results.length === 0 ? "" : ` (${results.join(", ")})`;
  return `func(${parameters.join(", ")})${result}`;
}

/** Splits at semicolons outside brackets and field tags. */
function fieldsOf(body: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= body.length; at++) {
    const character = body[at];
    if (character === '"') at = endOfTag(body, at);
    else if (character === "{" || character === "(" || character === "[") depth++;
    else if (character === "}" || character === ")" || character === "]") depth--;
    else if (character === undefined || (character === ";" && depth === 0)) {
      const field = body.slice(start, at).trim();
      if (field !== "") fields.push(field);
      start = at + 1;
    }
  }
  return fields;
}

function endOfTag(body: string, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== '"') at += body[at] === "\\" ? 2 : 1;
  return at;
}
