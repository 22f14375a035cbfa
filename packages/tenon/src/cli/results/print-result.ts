import { answeredType, type Signature, type Type } from "../../contract/index.js";
import { CommandFailure, failureOf } from "../../terminal/command-failure.js";
import type { Output } from "../output/output.js";
import { failureDocument } from "./failure-text.js";
import { bytesJson, valueJson } from "./value-json.js";
import { valueText } from "./value-text.js";

/**
 * Prints what a function returned. For people: text as it is, bytes unchanged into a file or pipe, everything else as JSON, a
 * stream line by line as its elements arrive. With `--json` one document, in which a stream is a list, also written as its
 * elements arrive.
 *
 * @param about further fields of the document
 */
export async function printResult(signature: Signature, value: unknown, about: object, output: Output): Promise<void> {
  const type = signature.kind === "constructor" ? ownOf(signature) : answeredType(signature.type.result);
  if (output.json) return printDocument(type, value, about, output);
  if (type === undefined) {
    if (output.isTerminal) output.note(output.noteColours.dim(`${signature.label}() returned nothing`));
  } else if (type.kind === "stream") {
    for await (const item of value as AsyncIterable<unknown>) {
      if (type.element?.kind === "u8") await printBytes(item as Uint8Array, output);
      else output.line(await valueText(type.element, item, output.width));
    }
  } else if (type.kind === "list" && type.element.kind === "u8") await printBytes(value as Uint8Array, output);
  else output.line(await valueText(type, value, output.width));
}

/** A terminal could interpret raw bytes as commands; a file or pipe gets them unchanged. */
async function printBytes(bytes: Uint8Array, output: Output): Promise<void> {
  if (!output.isTerminal) await output.write(bytes);
  else output.line(`${bytesJson(bytes)} ${output.colours.dim(`(${bytes.length} bytes)`)}`);
}

async function printDocument(type: Type | undefined, value: unknown, about: object, output: Output): Promise<void> {
  if (type?.kind !== "stream" || type.element?.kind === "u8") {
    output.document({ ...about, result: await valueJson(type, value) });
    return;
  }
  await output.write(`${JSON.stringify(about).slice(0, -1)},"result":[`);
  let separator = "";
  try {
    for await (const item of value as AsyncIterable<unknown>) {
      await output.write(separator + JSON.stringify(await valueJson(type.element, item)));
      separator = ",";
    }
  } catch (thrown) {
    const { error, exitCode } = failureOf(thrown);
    await output.write(`],"error":${JSON.stringify(await failureDocument(error, output.verbose))}}\n`);
    throw new CommandFailure(error, exitCode, true);
  }
  await output.write("]}\n");
}

function ownOf({ resource }: Signature): Type | undefined {
  return resource === undefined ? undefined : { kind: "own", resource };
}
