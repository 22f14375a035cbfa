import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { ResourceType, Type } from "../../../contract/index.js";
import { contains } from "../../../contract/model/reach.js";
import type { CTypes } from "./c-types.js";
import { hasPointers, parts, payloads } from "./flat.js";
import { partOf, payloadOf, tagOf } from "./members.js";

/** Writes statements that walk through a C value and do something with each part. */
export class ValueWalk {
  readonly #types: CTypes;
  readonly #text: TextWriter;
  readonly #holdsBorrowed: (type: Type) => boolean;
  #loops = 0;

  constructor(types: CTypes, text: TextWriter) {
    this.#types = types;
    this.#text = text;
    this.#holdsBorrowed = contains(
      (type) => type.kind === "borrow" && !types.resource(type.resource).isExported,
      "own",
    );
  }

  /** Calls `each` for every handle that a value borrows from the host. */
  borrowed(type: Type, source: string, each: (resource: ResourceType, handle: string) => void): void {
    this.#walk(type, source, this.#holdsBorrowed, (part, expression) => {
      if (part.kind === "borrow") each(part.resource, `${expression}.handle`);
    });
  }

  /** Makes the memory that a value from the host points to a part of the current arena. */
  received(type: Type, source: string): void {
    this.#walk(type, source, hasPointers, (part, expression) => {
      if (part.kind === "string") this.#text.line(`tenon_receive(${expression}.bytes, ${expression}.length);`);
      if (part.kind === "list")
        this.#text.line(`tenon_receive(${expression}.items, ${expression}.count * sizeof *${expression}.items);`);
    });
  }

  /** Calls `each` for the parts of a value and then for the value itself, skipping types for which `has` is false. */
  #walk(
    type: Type,
    source: string,
    has: (type: Type) => boolean,
    each: (type: Type, expression: string) => void,
  ): void {
    if (!has(type)) return;
    switch (type.kind) {
      case "list": {
        if (!has(type.element)) break;
        const index = `i${this.#loops++}`;
        this.#text.block(`for (size_t ${index} = 0; ${index} < ${source}.count; ${index}++) {`, () =>
          this.#walk(type.element, `${source}.items[${index}]`, has, each),
        );
        break;
      }
      case "record":
      case "tuple":
        for (const [index, part] of parts(type).entries())
          this.#walk(part, `${source}.${partOf(this.#types, type, index)}`, has, each);
        break;
      case "variant":
      case "option":
      case "result":
        for (const [index, payload] of payloads(type).entries()) {
          if (payload === undefined || !has(payload)) continue;
          this.#text.block(`if (${source}.${tagOf(type)} == ${index}) {`, () =>
            this.#walk(payload, `${source}.${payloadOf(this.#types, type, index)}`, has, each),
          );
        }
    }
    each(type, source);
  }
}
