import type { Signature } from "../../contract/index.js";
import { isTenonError } from "../../errors/index.js";
import type { AnyPlugin } from "../../host/index.js";
import { CommandFailure } from "../../terminal/command-failure.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { failureDocument } from "../results/failure-text.js";
import { printResult } from "../results/print-result.js";
import { valueText } from "../results/value-text.js";

/** One call. */
export interface CallToMake {
  readonly plugin: AnyPlugin;
  readonly signature: Signature;
  readonly values: readonly unknown[];
  readonly signal: AbortSignal;
  /** Further fields of the JSON document. */
  readonly about?: object;
}

/** Calls the function and prints the result. The error case of a `result` is printed like a result, and exits with 1. */
export async function callAndPrint(
  { plugin, signature, values, signal, about }: CallToMake,
  output: Output,
): Promise<void> {
  let value: unknown;
  try {
    value = await withProgress(output, `calling ${signature.label}()`, () =>
      plugin.call(signature.label, values, { signal }),
    );
  } catch (thrown) {
    if (!isTenonError(thrown, "TENON_CALL_RESULT")) throw thrown;
    const err = signature.type.result?.kind === "result" ? signature.type.result.err : undefined;
    if (output.json) output.document({ error: await failureDocument(thrown, output.verbose, err) });
    else
      output.note(
        `${output.noteColours.red(output.noteColours.bold("error:"))} ${signature.label}() returned an error result${err === undefined ? "" : `: ${await valueText(err, thrown.payload, output.width)}`}`,
      );
    throw new CommandFailure(thrown, exitCodes.breaks, true);
  }
  const { name, version, place } = plugin;
  await printResult(
    signature,
    value,
    { plugin: { name, version, place }, function: signature.label, ...about },
    output,
  );
}
