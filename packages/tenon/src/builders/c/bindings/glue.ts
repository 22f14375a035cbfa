import { TextWriter } from "../../../contract/formats/text-writer.js";
import { type Contract, fullType, type ResourceType } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { writeCarriers } from "./carriers.js";
import { hasPointers, passing } from "./flat.js";
import { coreTypes, FlatValues } from "./flat-values.js";
import type { CFunction } from "./functions.js";
import { guestExports } from "./guest-exports.js";
import { declareImport } from "./imports.js";
import { type GlueParts, writeLaterCall, writeTaskExport } from "./later.js";
import { ParameterWriter, places } from "./parameters.js";
import { ValueWalk } from "./value-walk.js";

/** `plugin_glue.c`: what stands between the author's functions and the core names of the canonical ABI. */
export class GlueWriter {
  readonly #types: CTypes;
  readonly #text = new TextWriter();
  readonly #values: FlatValues;
  readonly #walk: ValueWalk;
  readonly #parameters: ParameterWriter;
  readonly #drops = new Map<ResourceType, string>();
  readonly #contract: Contract;
  readonly #isAsynchronous: boolean;
  #count = 0;

  /** @param isAsynchronous whether anything is answered later, or comes as a stream. */
  constructor(contract: Contract, types: CTypes, isAsynchronous: boolean) {
    this.#contract = contract;
    this.#types = types;
    this.#isAsynchronous = isAsynchronous;
    this.#values = new FlatValues(types, this.#text);
    this.#walk = new ValueWalk(types, this.#text);
    this.#parameters = new ParameterWriter(types, this.#text, this.#values, this.#walk, isAsynchronous);
    this.#text.line(`/* Connects a plugin with the contract ${contract.id}. Generated: a change in here is lost. */`);
    this.#text.line('#include "plugin.h"').line('#include "tenon_glue.h"');
  }

  /** @param defines whether the author defines a function. */
  write(exported: readonly CFunction[], imported: readonly CFunction[], defines: (name: string) => boolean): string {
    this.#text.line(`const bool tenon_is_asynchronous = ${this.#isAsynchronous};`);
    writeCarriers(this.#contract, this.#types, this.#walk, this.#text);
    for (const each of imported) if (each.signature.kind === "drop") this.#importDrop(each);
    for (const each of imported) {
      if (each.signature.kind === "drop") continue;
      this.#import(each);
      if (each.later !== undefined) writeLaterCall(this.#parts, each, this.#count++);
    }
    for (const each of exported) if (each.signature.kind === "drop") this.#ownResource(each);
    for (const each of exported) {
      if (each.signature.kind === "drop" || (each.signature.type.optional && !defines(each.name))) continue;
      if (each.later === undefined) this.#export(each);
      else writeTaskExport(this.#parts, each, this.#count++);
    }
    guestExports(this.#text, defines);
    return this.#text.toString();
  }

  get #parts(): GlueParts {
    return {
      types: this.#types,
      text: this.#text,
      walk: this.#walk,
      parameters: this.#parameters,
      drops: this.#drops,
    };
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
      this.#parameters.take(types, flat);
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
        this.#walk.borrowed(each, `a${at}`, (resource, handle) =>
          text.line(`${this.#drops.get(resource)}(${handle});`),
        );
      if (this.#isAsynchronous) text.line("tenon_settle();");
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

  #import({ signature, head, module, coreName }: CFunction): void {
    const type = fullType(signature);
    const { parameters: flat, result } = passing(type);
    const number = this.#count++;
    const core = flat === "memory" ? ["void *"] : flat.map((each) => coreTypes[each] as string);
    if (result === "memory") core.push("void *");
    const answer = result === undefined || result === "memory" ? "void" : coreTypes[result];
    declareImport(this.#text.gap(), module, coreName, `${answer} tenon_import_${number}(${core.join(", ") || "void"})`);
    const text = this.#text;
    text.block(`${head} {`, () => {
      const types = type.parameters.map((parameter) => parameter.type);
      const values = this.#parameters.give(types, flat === "memory");
      if (result === "memory") {
        text.line(`${this.#types.declaration(type.result!, "result")};`);
        values.push("&result");
      }
      const call = `tenon_import_${number}(${values.join(", ")})`;
      const expectAnswer = () => {
        if (this.#isAsynchronous) text.line("tenon_expect_answer();");
      };
      if (type.result === undefined || result === undefined) {
        text.line(`${call};`);
        expectAnswer();
      } else if (result === "memory") {
        text.line(`${call};`);
        expectAnswer();
        this.#parameters.receive(type.result, "result");
        text.line("return result;");
      } else {
        text.line(`${coreTypes[result]} r0 = ${call};`);
        expectAnswer();
        text.line(`${this.#types.declaration(type.result, "result")} = {0};`);
        this.#values.lift(type.result, "result", [{ text: "r0", type: result }]);
        text.line("return result;");
      }
    });
  }

  #importDrop({ signature, head, module, coreName }: CFunction): void {
    const { borrow, own, prefix } = this.#types.resource(signature.resource!);
    const drop = `tenon_import_${this.#count++}`;
    this.#drops.set(signature.resource!, drop);
    declareImport(this.#text.gap(), module, coreName, `void ${drop}(int32_t)`);
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
      declareImport(this.#text.gap(), `[export]${module}`, `[resource-${intrinsic}]${resource.name}`, declaration);
    }
    const text = this.#text;
    text.line(`${own} ${prefix}_own(${object} *object) { return (${own}){tenon_new_${number}(object)}; }`);
    text.line(`${object} *${prefix}_object(${own} owned) { return tenon_object_${number}(owned.handle); }`);
    text.line(`void ${prefix}_release(${own} owned) { tenon_drop_${number}(owned.handle); }`);
    text.line(`__attribute__((export_name("${coreName}")))`);
    text.line(`void tenon_end_${number}(void *object) { ${name}(object); }`);
  }
}
