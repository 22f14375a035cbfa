import type { Contract, FunctionType, NamedType, ResourceType } from "../model/model.js";

/** Returns all documentation of a contract as one text, to find out whether it changed. */
export function documentation(contract: Contract): string {
  const lines: [string, string][] = [];
  const note = (path: string, docs: string | undefined) => docs !== undefined && lines.push([path, docs]);
  const functionDocs = (path: string, type: FunctionType) => note(path, type.docs);
  const resourceDocs = (path: string, resource: ResourceType) => {
    note(path, resource.docs);
    if (resource.constructs !== undefined) functionDocs(`${path}.new`, resource.constructs);
    for (const { name, type } of [...resource.methods, ...resource.statics]) functionDocs(`${path}.${name}`, type);
  };
  const partDocs = (path: string, type: NamedType) => {
    if (type.kind === "resource") return resourceDocs(path, type);
    note(path, type.docs);
    const parts = type.kind === "record" ? type.fields : type.kind === "flags" ? type.flags : type.cases;
    for (const part of parts) note(`${path}.${part.name}`, part.docs);
  };
  note("", contract.docs);
  for (const { type, owner } of contract.declarations) partDocs(`${owner ?? ""}/${type.name}`, type);
  for (const side of ["imports", "exports"] as const) {
    for (const [key, item] of Object.entries(contract[side])) {
      if (item.kind === "function") functionDocs(`${side}.${key}`, item);
      if (item.kind !== "interface") continue;
      note(`${side}.${key}`, item.docs);
      for (const [name, member] of Object.entries(item.members)) {
        if (member.kind === "function") functionDocs(`${side}.${key}.${name}`, member);
      }
    }
  }
  return JSON.stringify(lines);
}
