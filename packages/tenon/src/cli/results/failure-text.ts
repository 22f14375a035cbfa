import type { Type } from "../../contract/index.js";
import { isTenonError, type TenonError } from "../../errors/index.js";
import type { Colours } from "../../terminal/colour.js";
import type { CommandFailure } from "../../terminal/command-failure.js";
import { findingLines } from "../../terminal/finding-text.js";
import { pasteable } from "../../terminal/pasteable.js";
import type { Output } from "../output/output.js";
import { valueJson } from "./value-json.js";

/** Reports a failure: for people on stderr, with `--json` as `{"error": …}` on stdout. */
export async function reportFailure(failure: CommandFailure, output: Output): Promise<void> {
  if (failure.isReported) return;
  if (output.json) output.document({ error: await failureDocument(failure.error, output.verbose) });
  else for (const line of failureLines(failure.error, output.noteColours, output.verbose)) output.note(line);
}

/** Returns what `--json` prints of an error. @param err the type of the payload of a `result`, if it is known */
export async function failureDocument(
  error: TenonError,
  isVerbose: boolean,
  err?: Type,
): Promise<Record<string, unknown>> {
  const cause = causeText(error);
  return {
    ...error.toJSON(),
    ...(error.code !== "TENON_CALL_RESULT" ? {} : { payload: await payloadJson(error.payload, err) }),
    ...(cause === undefined ? {} : { cause }),
    ...(isVerbose ? { stack: error.stack } : {}),
  };
}

export function failureLines(error: TenonError, colours: Colours, isVerbose: boolean): string[] {
  const [message = "", ...more] = error.message.split("\n");
  const lines = [`${colours.red(colours.bold("error:"))} ${message} ${colours.dim(`[${error.code}]`)}`, ...more];
  const cause = causeText(error);
  if (cause !== undefined) lines.push(`  Cause: ${indentRest(cause)}`);
  if (error.pluginStack !== undefined)
    lines.push("  In the plugin:", ...indented(error.pluginStack, "    ").map(colours.dim));
  const others = error.findings.filter(({ message }) => !error.message.includes(message));
  for (const finding of others) lines.push(...findingLines(finding, colours).map((line) => `  ${line}`));
  lines.push(`  ${colours.bold("To fix this:")} ${indentRest(fixText(error, isVerbose))}`);
  if (error.fix.command !== undefined) lines.push(`    ${colours.cyan(pasteable(error.fix.command))}`);
  if (isVerbose) lines.push(...stacks(error).map(colours.dim));
  return lines;
}

/** Returns the message of the cause, unless the error's message contains it. */
function causeText(error: TenonError): string | undefined {
  const { cause } = error;
  const text = cause instanceof Error || isTenonError(cause) ? cause.message : undefined;
  return text === undefined || text === "" || error.message.includes(text) ? undefined : text;
}

/** Rewords a fix that names properties of the error: people see what these contain. */
function fixText({ fix, pluginStack }: TenonError, isVerbose: boolean): string {
  return fix.text
    .replaceAll("`pluginStack`", pluginStack === undefined ? "the plugin's log" : "the plugin's stack above")
    .replaceAll("`cause`", isVerbose ? "the causes below" : "the causes (--verbose shows them)");
}

function stacks(error: Error): string[] {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < 10; depth++) {
    lines.push(...indented(`${depth === 0 ? "" : "caused by "}${current.stack ?? current.message}`, "  "));
    current = current.cause;
  }
  return lines;
}

async function payloadJson(payload: unknown, err: Type | undefined): Promise<unknown> {
  if (err !== undefined) return valueJson(err, payload);
  return payload === undefined
    ? null
    : JSON.parse(JSON.stringify(payload, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "null");
}

function indented(text: string, by: string): string[] {
  return text.split("\n").map((line) => by + line.trimEnd());
}

function indentRest(text: string): string {
  return text.replaceAll("\n", "\n    ");
}
