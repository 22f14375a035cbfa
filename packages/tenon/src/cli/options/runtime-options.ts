import { type Command, InvalidArgumentError, Option } from "commander";
import type { Contribution } from "../../contributions/index.js";
import type { RuntimeChoice } from "../../runtime/index.js";
import { contributedOption } from "./contributed-option.js";

/** The values of the options that {@link runtimeNameOption} and {@link runtimeValueOption} read. */
export interface RuntimeChoiceOptions {
  readonly runtime?: string;
  readonly runtimeOption?: Readonly<Record<string, unknown>>;
  readonly integrity?: string;
}

export const runtimeNameOption = () =>
  new Option("--runtime <NAME>", "open the plugin with this runtime (default: the one that recognises it)");
export const runtimeValueOption = () =>
  new Option(
    "--runtime-option <NAME=VALUE>",
    "option of the plugin's runtime, as JSON or plain text (repeatable)",
  ).argParser(runtimeOption);

export const integrityOption = () =>
  new Option(
    "--integrity <DIGEST>",
    "refuse the plugin unless it has this digest (sha256-…), as tenon inspect prints it",
  );

/** Adds the options that name the runtime and set its options, with those that have a name of their own. */
export function addRuntimeOptions(command: Command, contributions: readonly Contribution[]): Command {
  command.addOption(runtimeNameOption()).addOption(runtimeValueOption()).addOption(integrityOption());
  for (const option of named(contributions)) command.addOption(contributedOption(option));
  return command;
}

/** Returns what the options say about the runtime and the digest; nothing if they say nothing. */
export function readRuntime(
  options: RuntimeChoiceOptions,
  contributions: readonly Contribution[] = [],
): { readonly runtime?: Exclude<RuntimeChoice, string>; readonly integrity?: string } {
  const choice: Exclude<RuntimeChoice, string> & Record<string, unknown> = {
    ...(options.runtime === undefined ? {} : { name: options.runtime }),
    ...options.runtimeOption,
  };
  const values = new Map(Object.entries(options));
  for (const { flags, sets } of named(contributions)) {
    const value = values.get(new Option(flags).attributeName());
    if (value !== undefined) choice[sets] = value;
  }
  return {
    ...(Object.keys(choice).length === 0 ? {} : { runtime: choice }),
    ...(options.integrity === undefined ? {} : { integrity: options.integrity }),
  };
}

function named(contributions: readonly Contribution[]) {
  return contributions.flatMap(({ run }) => run?.options ?? []);
}

function runtimeOption(text: string, previous: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined || name === "name")
    throw new InvalidArgumentError("Expected NAME=VALUE, such as timeout=5.");
  try {
    return { ...previous, [name]: JSON.parse(value) };
  } catch {
    return { ...previous, [name]: value };
  }
}
