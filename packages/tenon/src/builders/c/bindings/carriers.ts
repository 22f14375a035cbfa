import type { TextWriter } from "../../../contract/formats/text-writer.js";
import { type Contract, fullType, signatures, streamTypes, type Type } from "../../../contract/index.js";
import type { CStream, CTypes } from "./c-types.js";
import { hasPointers } from "./flat.js";
import { memberName, scopeOf } from "./functions.js";
import type { ValueWalk } from "./value-walk.js";

/** The function in which a type first appears in the contract: the built-ins for the type are named after it. */
interface FirstUse {
  readonly module: string;
  readonly member: string;
  readonly index: number;
}

/**
 * Writes the code for streams and futures: the built-ins that read and write each type, and the author's functions around
 * them.
 *
 * Source: wit-component's names of core functions, `[async-lower][stream-read-0]get`.
 */
export function writeCarriers(contract: Contract, types: CTypes, walk: ValueWalk, text: TextWriter): void {
  const uses = firstUses(contract, types);
  let count = 0;
  for (const stream of types.streams) {
    const use = uses.get(stream.name);
    // A type that appears in no function is never passed.
    if (use !== undefined) new CarrierWriter(stream, `tenon_carrier_${count++}`, walk, text).write(use);
  }
}

function firstUses(contract: Contract, types: CTypes): ReadonlyMap<string, FirstUse> {
  const uses = new Map<string, FirstUse>();
  for (const side of ["exports", "imports"] as const) {
    for (const signature of signatures(contract[side])) {
      const scope = scopeOf(contract, side, signature) ?? "$root";
      const module = side === "exports" ? `[export]${scope}` : scope;
      for (const [index, type] of streamTypes(fullType(signature)).entries()) {
        const name = types.name(type);
        if (!uses.has(name)) uses.set(name, { module, member: memberName(signature, side), index });
      }
    }
  }
  return uses;
}

class CarrierWriter {
  readonly #stream: CStream;
  readonly #element: Type | undefined;
  readonly #name: string;
  readonly #walk: ValueWalk;
  readonly #text: TextWriter;

  constructor(stream: CStream, name: string, walk: ValueWalk, text: TextWriter) {
    this.#stream = stream;
    this.#element = stream.type.kind === "stream" ? stream.type.element : stream.type.value;
    this.#name = name;
    this.#walk = walk;
    this.#text = text;
  }

  write(use: FirstUse): void {
    const { element } = this.#stream;
    const isFuture = this.#stream.type.kind === "future";
    const pointed = this.#element !== undefined && hasPointers(this.#element);
    this.#text.gap();
    this.#builtIns(use, isFuture);
    if (pointed) this.#adopt();
    if (isFuture) this.#deliverValue();
    else this.#deliverItems();
    const name = this.#name;
    const fields = [
      `.is_future = ${isFuture}`,
      `.has_pointers = ${pointed}`,
      `.size = ${element === undefined ? "0" : `sizeof(${element})`}`,
      ...["create", "read", "write", "cancel_read", "cancel_write", "drop_readable", "drop_writable", "deliver"].map(
        (field) => `.${field} = ${name}_${field}`,
      ),
      ...(pointed ? [`.adopt = ${name}_adopt`] : []),
      ...(isFuture ? [] : [`.ask = ${name}_ask`]),
    ];
    this.#text.line(`static const TenonCarrier ${name} = {${fields.join(", ")}};`);
    if (isFuture) this.#valueFunctions();
    else this.#itemFunctions();
  }

  #builtIns({ module, member, index }: FirstUse, isFuture: boolean): void {
    const { kind } = this.#stream.type;
    const declare = (verb: string, declaration: string, prefix = "") => {
      const name = `${prefix}[${kind}-${verb}-${index}]${member}`;
      this.#text.line(`__attribute__((import_module("${module}"), import_name("${name}")))`);
      this.#text.line(`extern ${declaration};`);
    };
    const name = this.#name;
    declare("new", `int64_t ${name}_create(void)`);
    declare("cancel-read", `int32_t ${name}_cancel_read(int32_t)`, "[async-lower]");
    declare("cancel-write", `int32_t ${name}_cancel_write(int32_t)`, "[async-lower]");
    declare("drop-readable", `void ${name}_drop_readable(int32_t)`);
    declare("drop-writable", `void ${name}_drop_writable(int32_t)`);
    if (!isFuture) {
      declare("read", `int32_t ${name}_read(int32_t, void *, size_t)`, "[async-lower]");
      declare("write", `int32_t ${name}_write(int32_t, const void *, size_t)`, "[async-lower]");
      return;
    }
    for (const verb of ["read", "write"]) {
      const items = verb === "read" ? "void *" : "const void *";
      declare(verb, `int32_t ${name}_${verb}_value(int32_t, ${items})`, "[async-lower]");
      this.#text.line(`static int32_t ${name}_${verb}(int32_t handle, ${items}value, size_t count) {`);
      this.#text.line(`  (void)count;`).line(`  return ${name}_${verb}_value(handle, value);`).line("}");
    }
  }

  #adopt(): void {
    const { element } = this.#stream;
    this.#text.block(`static void ${this.#name}_adopt(void *items, size_t count) {`, () => {
      this.#text.line(`${element} *each = items;`);
      this.#text.block("for (size_t at = 0; at < count; at++) {", () =>
        this.#walk.received(this.#element as Type, "each[at]"),
      );
    });
  }

  #deliverItems(): void {
    const { name, list, element, read, produce, writer } = this.#stream;
    const items = list === undefined ? "count" : `(${list}){(${element} *)reading->items, count}`;
    this.#text.block(`static void ${this.#name}_deliver(TenonReading *reading, size_t count, TenonEnd end) {`, () =>
      this.#text.line(`((${read} *)reading->callback)(reading->state, (${name}){reading->handle}, ${items}, end);`),
    );
    this.#text.block(`static void ${this.#name}_ask(void (*produce)(void), void *state, uint64_t number) {`, () =>
      this.#text.line(`((${produce} *)produce)(state, (${writer}){number});`),
    );
  }

  #deliverValue(): void {
    const { element, read } = this.#stream;
    const value = element === undefined ? "" : `, *(${element} *)reading->items`;
    this.#text.block(`static void ${this.#name}_deliver(TenonReading *reading, size_t count, TenonEnd end) {`, () => {
      this.#text.line("(void)count;");
      this.#text.line("TenonOutcome outcome = {end.is_error, end.error};");
      this.#text.line(`((${read} *)reading->callback)(reading->state${value}, outcome);`);
    });
  }

  #itemFunctions(): void {
    const { name, prefix, element, writer, read, produce } = this.#stream;
    const carrier = `&${this.#name}`;
    const items = element === undefined ? "" : `const ${element} *items, `;
    this.#function(
      `void ${prefix}_read(${name} stream, size_t most, ${read} *callback, void *state)`,
      `tenon_read(${carrier}, stream.handle, most, (void (*)(void))callback, state);`,
    );
    this.#function(
      `${name} ${prefix}_new(${produce} *produce, TenonRelease *release, void *state)`,
      `return (${name}){tenon_new_stream(${carrier}, (void (*)(void))produce, release, state)};`,
    );
    this.#function(
      `void ${prefix}_write(${writer} writer, ${items}size_t count)`,
      `tenon_write(${carrier}, writer.number, ${element === undefined ? "NULL" : "items"}, count);`,
    );
    this.#function(`void ${prefix}_end(${writer} writer)`, `tenon_end(${carrier}, writer.number);`);
    this.#dropAndFail();
  }

  #valueFunctions(): void {
    const { name, prefix, element, writer, read } = this.#stream;
    const carrier = `&${this.#name}`;
    this.#function(
      `void ${prefix}_read(${name} future, ${read} *callback, void *state)`,
      `tenon_read(${carrier}, future.handle, 1, (void (*)(void))callback, state);`,
    );
    this.#function(
      `${name} ${prefix}_new(${writer} *writer)`,
      `return (${name}){tenon_new_future(${carrier}, &writer->number)};`,
    );
    this.#function(
      `void ${prefix}_write(${writer} writer${element === undefined ? "" : `, ${element} value`})`,
      `tenon_write(${carrier}, writer.number, ${element === undefined ? "NULL" : "&value"}, 1);`,
    );
    this.#dropAndFail();
  }

  /** The functions that streams and futures have in common. */
  #dropAndFail(): void {
    const { name, prefix, writer } = this.#stream;
    this.#function(`void ${prefix}_drop(${name} readable)`, `tenon_drop(&${this.#name}, readable.handle);`);
    this.#function(
      `void ${prefix}_fail(${writer} writer, TenonString message)`,
      `tenon_break(&${this.#name}, writer.number, message);`,
    );
  }

  #function(head: string, body: string): void {
    this.#text.line(`${head} { ${body} }`);
  }
}
