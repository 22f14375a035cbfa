import type { TextWriter } from "../../../contract/formats/text-writer.js";
import type { CStream } from "./c-types.js";

/** Declares a stream's or future's type in the author's header, and the functions that read and write it. */
export function declareStream(text: TextWriter, stream: CStream): void {
  text.line(`typedef struct { int32_t handle; } ${stream.name};`);
  text.line(`typedef struct { uint64_t number; } ${stream.writer};`);
  if (stream.type.kind === "stream") declareItems(text, stream);
  else declareValue(text, stream);
}

function declareItems(text: TextWriter, { name, prefix, element, list, writer, read, produce }: CStream): void {
  text.line("// Receives what was read: items, the end, or both.");
  text.line(`typedef void ${read}(void *state, ${name} stream, ${list ?? "size_t"} ${itemsName(list)}, TenonEnd end);`);
  text.line("// Reads up to `most` items: as many as are available, as soon as there is at least one.");
  text.line(`void ${prefix}_read(${name} stream, size_t most, ${read} *callback, void *state);`);
  text.line("// Stops reading a stream before its end. Its callback is not called any more.");
  text.line(`void ${prefix}_drop(${name} stream);`);
  text.line(
    "// Called whenever the reader wants more. Answer each call, now or later, with one call of write, end or fail.",
  );
  text.line(`typedef void ${produce}(void *state, ${writer} writer);`);
  text.line(`${name} ${prefix}_new(${produce} *produce, TenonRelease *release, void *state);`);
  text.line(
    `void ${prefix}_write(${writer} writer, ${element === undefined ? "" : `const ${element} *items, `}size_t count);`,
  );
  text.line(`void ${prefix}_end(${writer} writer);`);
  text.line("// Ends the stream with an error, so that the reader knows that it is incomplete.");
  text.line(`void ${prefix}_fail(${writer} writer, TenonString message);`);
}

function declareValue(text: TextWriter, { name, prefix, element, writer, read }: CStream): void {
  const value = element === undefined ? "" : `, ${element} value`;
  text.line("// Receives the value, or the error if there will be none.");
  text.line(`typedef void ${read}(void *state${value}, TenonOutcome outcome);`);
  text.line(`void ${prefix}_read(${name} future, ${read} *callback, void *state);`);
  text.line("// Drops a future without reading it, or stops reading it. Its callback is not called.");
  text.line(`void ${prefix}_drop(${name} future);`);
  text.line("// Makes a future of the plugin's. Call write or fail once for it.");
  text.line(`${name} ${prefix}_new(${writer} *writer);`);
  text.line(`void ${prefix}_write(${writer} writer${value});`);
  text.line(`void ${prefix}_fail(${writer} writer, TenonString message);`);
}

function itemsName(list: string | undefined): string {
  return list === undefined ? "count" : "items";
}
