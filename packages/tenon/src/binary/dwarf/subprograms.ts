import { malformed } from "../../errors/factories/binary.js";
import { attributes, tags } from "./constants.js";
import type { Dwarf, Entry } from "./dwarf.js";
import type { UnitHeader } from "./unit-header.js";

const wanted: ReadonlySet<number> = new Set([attributes.name, attributes.type, attributes.variableParameter]);
const deepest = 256;
const mostParameters = 1024;
const longestPlain = 4096;

/**
 * Returns the parameter types of Go functions as Go source. Results are not included, because the compiler omits those that
 * it keeps in registers. C types are written as in a file with `import "C"`.
 *
 * @param names Functions as in the symbol table: "main.Greet", "_cgoexp_…_Greet".
 * @returns The functions found, by name. Units are searched in order until every name is found.
 * @throws TENON_BINARY_MALFORMED
 */
export function goParameters(dwarf: Dwarf, names: Iterable<string>): Map<string, readonly string[]> {
  const missing = new Set(names);
  const found = new Map<string, readonly string[]>();
  for (const { isGo, header } of dwarf.compileUnits()) {
    if (missing.size === 0) break;
    if (!isGo) continue;
    for (const { entry, name } of subprograms(dwarf, header)) {
      if (missing.delete(name)) found.set(name, parametersOf(dwarf, header, entry));
    }
  }
  return found;
}

/** The functions at the top level of a unit. */
function* subprograms(dwarf: Dwarf, unit: UnitHeader): Generator<{ entry: Entry; name: string }> {
  let depth = 0;
  for (let at = unit.entries; at < unit.end; ) {
    const entry = dwarf.entryAt(unit, at, wanted);
    if (entry === undefined) {
      if (--depth <= 0) return;
      at++;
      continue;
    }
    const name = depth === 1 && entry.tag === tags.subprogram ? entry.values.get(attributes.name) : undefined;
    if (typeof name === "string") yield { entry, name };
    if (entry.hasChildren && ++depth > deepest) throw malformed("the debug data is nested too deeply", at);
    at = entry.next;
  }
}

function parametersOf(dwarf: Dwarf, unit: UnitHeader, entry: Entry): string[] {
  const parameters: string[] = [];
  let depth = 1;
  for (let at = entry.next; entry.hasChildren && at < unit.end; ) {
    const child = dwarf.entryAt(unit, at, wanted);
    if (child === undefined) {
      if (--depth === 0) break;
      at++;
      continue;
    }
    if (depth === 1 && child.tag === tags.formalParameter && child.values.get(attributes.variableParameter) !== 1) {
      if (parameters.length >= mostParameters) throw malformed("a function has too many parameters", at);
      parameters.push(typeName(dwarf, child.values.get(attributes.type)));
    }
    if (child.hasChildren && ++depth > deepest) throw malformed("the debug data is nested too deeply", at);
    at = child.next;
  }
  return parameters;
}

/** Go's compiler names every type as in Go source. */
function typeName(dwarf: Dwarf, offset: number | string | undefined): string {
  const entry = typeof offset === "number" ? dwarf.entryAt(dwarf.unitAt(offset), offset, wanted) : undefined;
  const name = entry?.values.get(attributes.name);
  if (typeof name !== "string") return "?";
  return name.length > longestPlain ? name : name.replace(/[\w./%-]*\b_Ctype_(\w+)/g, "C.$1");
}
