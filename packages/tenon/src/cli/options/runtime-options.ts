import { type Command, InvalidArgumentError, Option } from "commander";
import type { RuntimeChoice } from "../../runtime/index.js";

/** The values of the options that {@link runtimeNameOption} and {@link runtimeValueOption} read. */
export interface RuntimeChoiceOptions {
  readonly runtime?: string;
  readonly runtimeOption?: Readonly<Record<string, unknown>>;
}

/** The values of the options that {@link addProgramOptions} adds. */
export interface ProgramOptions extends RuntimeChoiceOptions {
  readonly programArgument?: readonly string[];
  readonly input?: string;
  readonly clock?: number;
  readonly seed?: string;
}

export const runtimeNameOption = () =>
  new Option("--runtime <NAME>", "open the plugin with this runtime (default: the one that recognises it)");
export const runtimeValueOption = () =>
  new Option(
    "--runtime-option <NAME=VALUE>",
    "option of the plugin's runtime, as JSON or plain text (repeatable)",
  ).argParser(runtimeOption);

/** Adds the options that name the runtime and set its options, with those of WASI programs. */
export function addProgramOptions(command: Command): Command {
  return command
    .addOption(runtimeNameOption())
    .addOption(runtimeValueOption())
    .addOption(
      new Option("--program-argument <TEXT>", "command-line argument of a WASI command (repeatable)").argParser(append),
    )
    .option("--input <TEXT>", "standard input of a WASI command")
    .addOption(
      new Option(
        "--clock <TIME>",
        "freeze WebAssembly's clocks at this time: 2026-01-01, or milliseconds since 1970",
      ).argParser(parseTime),
    )
    .option("--seed <TEXT>", "seed for WebAssembly's random numbers");
}

/** Returns what the options say about the runtime; `undefined` if they say nothing. */
export function readRuntime(options: ProgramOptions): { readonly runtime?: RuntimeChoice } {
  const choice = {
    ...(options.runtime === undefined ? {} : { name: options.runtime }),
    ...options.runtimeOption,
    ...(options.programArgument === undefined ? {} : { arguments: options.programArgument }),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  return Object.keys(choice).length === 0 ? {} : { runtime: choice };
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

/** Parses a date, or milliseconds since 1970. */
export function parseTime(text: string): number {
  const time = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time))
    throw new InvalidArgumentError("Expected a time, such as 2026-01-01T12:00:00Z, or milliseconds since 1970.");
  return time;
}

function append(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
