import { TextWriter } from "../../../contract/formats/text-writer.js";
import type { Contract } from "../../../contract/index.js";
import { type CTypes, docs } from "./c-types.js";
import type { CFunction } from "./functions.js";

/** `plugin.h`: the contract's types, what the author implements, and what the host offers. */
export function headerText(
  contract: Contract,
  types: CTypes,
  exported: readonly CFunction[],
  imported: readonly CFunction[],
): string {
  const functions = new TextWriter();
  if (exported.length > 0) section(functions, "What the plugin implements.", contract.exports, exported);
  if (imported.length > 0) section(functions, "What the host offers.", contract.imports, imported);
  const text = new TextWriter();
  text.line(`/* The contract ${contract.id} in C. Generated: a change in here is lost. */`);
  docs(text, contract.docs);
  text.line("#ifndef TENON_PLUGIN_H").line("#define TENON_PLUGIN_H").gap().line('#include "tenon.h"');
  return `${text}\n${types.text}\n${functions}\n#endif\n`;
}

function section(text: TextWriter, title: string, items: Contract["exports"], functions: readonly CFunction[]): void {
  text.gap().line(`/* ${title} */`);
  let last: string | undefined;
  for (const { signature, prototype, later } of functions) {
    if (signature.interface !== last) {
      last = signature.interface;
      docs(text.gap(), last === undefined ? undefined : items[last]?.docs);
    }
    if (signature.type.docs !== undefined || signature.type.optional) text.gap();
    docs(text, signature.type.docs);
    if (signature.type.optional) text.line("// May be left out.");
    if (later?.callback !== undefined) text.line(later.callback.declaration).line(`${later.prototype};`);
    text.line(`${prototype};`);
    if (later !== undefined && later.callback === undefined) text.line(`${later.prototype};`);
  }
}
