import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { CStream } from "./c-types.js";

/** Declares a stream's or future's type in the author's header, and what it is read and written by. */
export function declareStream(text: TextWriter, stream: CStream): void {
  text.line(`typedef struct { int32_t handle; } ${stream.name};`);
  text.line(`typedef struct { uint64_t number; } ${stream.writer};`);
  if (stream.type.kind === "stream") declareItems(text, stream);
  else declareValue(text, stream);
}

function declareItems(text: TextWriter, { name, prefix, element, list, writer, read, produce }: CStream): void {
  text.line("// Told of what a reading brought: items, the end, or both.");
  text.line(`typedef void ${read}(void *state, ${name} stream, ${list ?? "size_t"} ${itemsName(list)}, TenonEnd end);`);
  text.line("// Reads so many items at most, or fewer: those that are there, as soon as there is one.");
  text.line(`void ${prefix}_read(${name} stream, size_t most, ${read} *callback, void *state);`);
  text.line("// Ends the reading of a stream that was not read to its end. Its callback is not called any more.");
  text.line(`void ${prefix}_drop(${name} stream);`);
  text.line("// Called whenever the reader wants more: now or later, write, end or fail is called once for it.");
  text.line(`typedef void ${produce}(void *state, ${writer} writer);`);
  text.line(`${name} ${prefix}_new(${produce} *produce, TenonRelease *release, void *state);`);
  text.line(
    `void ${prefix}_write(${writer} writer, ${element === undefined ? "" : `const ${element} *items, `}size_t count);`,
  );
  text.line(`void ${prefix}_end(${writer} writer);`);
  text.line("// The reader is told that what it has is not all.");
  text.line(`void ${prefix}_fail(${writer} writer, TenonString message);`);
}

function declareValue(text: TextWriter, { name, prefix, element, writer, read }: CStream): void {
  const value = element === undefined ? "" : `, ${element} value`;
  text.line("// Told of the value, or that there will be none.");
  text.line(`typedef void ${read}(void *state${value}, TenonOutcome outcome);`);
  text.line(`void ${prefix}_read(${name} future, ${read} *callback, void *state);`);
  text.line("// For a future that is not read, or not any more. Its callback is not called.");
  text.line(`void ${prefix}_drop(${name} future);`);
  text.line("// A future of the plugin's, for which write or fail is called once.");
  text.line(`${name} ${prefix}_new(${writer} *writer);`);
  text.line(`void ${prefix}_write(${writer} writer${value});`);
  text.line(`void ${prefix}_fail(${writer} writer, TenonString message);`);
}

function itemsName(list: string | undefined): string {
  return list === undefined ? "count" : "items";
}
