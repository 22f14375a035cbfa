import { TextWriter } from "../../../contract/formats/text-writer.js";
import { type Contract, fullType, type ResourceType, type Type } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { flatten, hasPointers, passing } from "./flat.js";
import { type CoreValue, coreTypes, FlatValues } from "./flat-values.js";
import type { CFunction } from "./functions.js";
import { guestExports } from "./guest-exports.js";

/** `plugin_glue.c`: what stands between the author's functions and the core names of the canonical ABI. */
export class GlueWriter {
  readonly #types: CTypes;
  readonly #text = new TextWriter();
  readonly #values: FlatValues;
  readonly #drops = new Map<ResourceType, string>();
  #count = 0;

  constructor(contract: Contract, types: CTypes) {
    this.#types = types;
    this.#values = new FlatValues(types, this.#text);
    this.#text.line(`/* Connects a plugin with the contract ${contract.id}. Generated: a change in here is lost. */`);
    this.#text.line('#include "plugin.h"').line('#include "tenon_glue.h"');
  }

  /** @param defines whether the author defines a function. */
  write(exported: readonly CFunction[], imported: readonly CFunction[], defines: (name: string) => boolean): string {
    for (const each of imported) if (each.signature.kind === "drop") this.#importDrop(each);
    for (const each of imported) if (each.signature.kind !== "drop") this.#import(each);
    for (const each of exported) if (each.signature.kind === "drop") this.#ownResource(each);
    for (const each of exported) {
      if (each.signature.kind !== "drop" && (!each.signature.type.optional || defines(each.name))) this.#export(each);
    }
    guestExports(this.#text, defines);
    return this.#text.toString();
  }

  #export({ signature, name, coreName }: CFunction): void {
    const type = fullType(signature);
    const { parameters: flat, result } = passing(type);
    const number = this.#count++;
    const core = flat === "memory" ? ["void *parameters"] : flat.map((each, at) => `${coreTypes[each]} p${at}`);
    const keepsMemory = type.result !== undefined && result === "memory" && hasPointers(type.result);
    const text = this.#text.gap();
    text.line(`__attribute__((export_name("${coreName}")))`);
    const answer = result === undefined ? "void" : coreTypes[result === "memory" ? "i32" : result];
    text.block(`${answer} tenon_export_${number}(${core.join(", ") || "void"}) {`, () => {
      text.line("tenon_begin_call();");
      const types = type.parameters.map((parameter) => parameter.type);
      if (flat === "memory") this.#fromMemory(types);
      else
        this.#fromFlat(
          types,
          flat.map((each, at) => ({ text: `p${at}`, type: each })),
        );
      const call = `${name}(${places(types).join(", ")})`;
      if (type.result === undefined) text.line(`${call};`);
      else if (signature.kind === "constructor")
        text.line(
          `${this.#types.name(type.result)} result = ${this.#types.resource(signature.resource!).prefix}_own(${call});`,
        );
      else
        text.line(
          `${result === "memory" ? "static " : ""}${this.#types.declaration(type.result, "result")}${result === "memory" ? `; result = ${call}` : ` = ${call}`};`,
        );
      for (const [at, each] of types.entries())
        this.#values.borrowed(each, `a${at}`, (resource, handle) =>
          text.line(`${this.#drops.get(resource)}(${handle});`),
        );
      text.line(keepsMemory ? "tenon_end_failed_call();" : "tenon_end_call();");
      if (result === "memory") text.line("return (int32_t)&result;");
      else if (result !== undefined && type.result !== undefined) {
        text.line(`${coreTypes[result]} r0 = 0;`);
        this.#values.lower(type.result, "result", [{ text: "r0", type: result }]);
        text.line("return r0;");
      }
    });
    if (!keepsMemory) return;
    text.line(`__attribute__((export_name("cabi_post_${coreName}")))`);
    text.line(`void tenon_after_${number}(int32_t result) { (void)result; tenon_end_call(); }`);
  }

  #fromFlat(types: readonly Type[], values: readonly CoreValue[]): void {
    let at = 0;
    for (const [index, type] of types.entries()) {
      const { length } = flatten(type);
      this.#text.line(`${this.#types.declaration(type, `a${index}`)} = {0};`);
      this.#values.lift(type, `a${index}`, values.slice(at, at + length));
      at += length;
    }
  }

  #fromMemory(types: readonly Type[]): void {
    this.#parametersStruct(types);
    for (const [index, type] of types.entries())
      this.#text.line(`${this.#types.declaration(type, `a${index}`)} = ((struct parameters *)parameters)->a${index};`);
  }

  #parametersStruct(types: readonly Type[]): void {
    const fields = types.map((type, index) => `${this.#types.declaration(type, `a${index}`)};`);
    this.#text.line(`struct parameters { ${fields.join(" ")} };`);
  }

  #import({ signature, head, module, coreName }: CFunction): void {
    const type = fullType(signature);
    const { parameters: flat, result } = passing(type);
    const number = this.#count++;
    const core = flat === "memory" ? ["void *"] : flat.map((each) => coreTypes[each] as string);
    if (result === "memory") core.push("void *");
    const answer = result === undefined || result === "memory" ? "void" : coreTypes[result];
    this.#declareImport(module, coreName, `${answer} tenon_import_${number}(${core.join(", ") || "void"})`);
    const text = this.#text;
    text.block(`${head} {`, () => {
      const types = type.parameters.map((parameter) => parameter.type);
      const values = flat === "memory" ? this.#toMemory(types) : this.#toFlat(types);
      if (result === "memory") {
        text.line(`${this.#types.declaration(type.result!, "result")};`);
        values.push("&result");
      }
      const call = `tenon_import_${number}(${values.join(", ")})`;
      if (type.result === undefined || result === undefined) text.line(`${call};`);
      else if (result === "memory") text.line(`${call};`).line("return result;");
      else {
        text.line(`${coreTypes[result]} r0 = ${call};`);
        text.line(`${this.#types.declaration(type.result, "result")} = {0};`);
        this.#values.lift(type.result, "result", [{ text: "r0", type: result }]);
        text.line("return result;");
      }
    });
  }

  #toFlat(types: readonly Type[]): string[] {
    const all: string[] = [];
    for (const [index, type] of types.entries()) {
      const variables = flatten(type).map((core, at) => ({ text: `v${all.length + at}`, type: core }));
      for (const { text, type: core } of variables) this.#text.line(`${coreTypes[core]} ${text} = 0;`);
      this.#values.lower(type, `a${index}`, variables);
      all.push(...variables.map((variable) => variable.text));
    }
    return all;
  }

  #toMemory(types: readonly Type[]): string[] {
    this.#parametersStruct(types);
    this.#text.line(`struct parameters all = { ${places(types).join(", ")} };`);
    return ["&all"];
  }

  #importDrop({ signature, head, module, coreName }: CFunction): void {
    const { borrow, own, prefix } = this.#types.resource(signature.resource!);
    const drop = `tenon_import_${this.#count++}`;
    this.#drops.set(signature.resource!, drop);
    this.#declareImport(module, coreName, `void ${drop}(int32_t)`);
    this.#text.line(`${head} { ${drop}(a0.handle); }`);
    this.#text.line(`${borrow} ${prefix}_borrow(${own} owned) { return (${borrow}){owned.handle}; }`);
  }

  /** What goes with a resource that the plugin implements: handles of its objects, and their end. */
  #ownResource({ signature, name, module, coreName }: CFunction): void {
    const resource = signature.resource!;
    const { object, own, prefix } = this.#types.resource(resource);
    const number = this.#count++;
    for (const [intrinsic, declaration] of [
      ["new", `int32_t tenon_new_${number}(void *)`],
      ["rep", `void *tenon_object_${number}(int32_t)`],
      ["drop", `void tenon_drop_${number}(int32_t)`],
    ] as const) {
      this.#declareImport(`[export]${module}`, `[resource-${intrinsic}]${resource.name}`, declaration);
    }
    const text = this.#text;
    text.line(`${own} ${prefix}_own(${object} *object) { return (${own}){tenon_new_${number}(object)}; }`);
    text.line(`${object} *${prefix}_object(${own} owned) { return tenon_object_${number}(owned.handle); }`);
    text.line(`void ${prefix}_release(${own} owned) { tenon_drop_${number}(owned.handle); }`);
    text.line(`__attribute__((export_name("${coreName}")))`);
    text.line(`void tenon_end_${number}(void *object) { ${name}(object); }`);
  }

  #declareImport(module: string, name: string, declaration: string): void {
    this.#text.gap();
    this.#text.line(`__attribute__((import_module("${module}"), import_name("${name}")))`);
    this.#text.line(`extern ${declaration};`);
  }
}

function places(types: readonly Type[]): readonly string[] {
  return types.map((_, at) => `a${at}`);
}
