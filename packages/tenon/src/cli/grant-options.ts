import { type Command, InvalidArgumentError, Option } from "commander";
import type { FolderGrant, Grants } from "../runtime/index.js";
import { environmentGrant } from "./option-values.js";

/** What the options of {@link addGrantOptions} give. */
export interface GrantOptions {
  readonly grantEnv?: Readonly<Record<string, string | true>>;
  readonly grantFolder?: Readonly<Record<string, FolderGrant>>;
  readonly grantNetwork?: readonly string[];
  readonly grantListen?: readonly string[];
  readonly programArgument?: readonly string[];
  readonly input?: string;
  readonly clock?: number;
  readonly seed?: string;
}

/** The options by which a user grants a plugin what it may reach. */
export function addGrantOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--grant-env <NAME[=VALUE]>", "let the plugin see an environment variable; may be repeated").argParser(
        environmentGrant,
      ),
    )
    .addOption(
      new Option(
        "--grant-folder <GUEST=HOST[:write]>",
        "let WebAssembly read a folder under a path of its own, or write to it; may be repeated",
      ).argParser(folderGrant),
    )
    .addOption(
      new Option(
        "--grant-network <HOST[:PORT]>",
        "let WebAssembly connect: example.com, *.example.com:443; may be repeated",
      ).argParser(collected),
    )
    .addOption(
      new Option("--grant-listen <ADDRESS:PORT>", "let WebAssembly listen; may be repeated").argParser(collected),
    )
    .addOption(
      new Option("--program-argument <TEXT>", "an argument of a WASI command; may be repeated").argParser(collected),
    )
    .option("--input <TEXT>", "what a WASI command reads from its standard input")
    .addOption(
      new Option("--clock <TIME>", "the time at which WebAssembly's clocks stand: 2026-01-01, or ms").argParser(moment),
    )
    .option("--seed <TEXT>", "what all randomness of WebAssembly follows from");
}

export function readGrants(options: GrantOptions): Grants {
  return {
    environment: options.grantEnv ?? {},
    ...(options.grantFolder === undefined ? {} : { folders: options.grantFolder }),
    ...(options.grantNetwork === undefined ? {} : { network: options.grantNetwork }),
    ...(options.grantListen === undefined ? {} : { listen: options.grantListen }),
    ...(options.programArgument === undefined ? {} : { arguments: options.programArgument }),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
}

/** `/data=./data`, `/data=./data:write`, or one path that is the same on both sides. */
export function folderGrant(
  text: string,
  previous: Readonly<Record<string, FolderGrant>> = {},
): Record<string, FolderGrant> {
  const write = text.endsWith(":write");
  const plain = write ? text.slice(0, -":write".length) : text;
  const equals = plain.indexOf("=");
  const guest = equals < 0 ? plain : plain.slice(0, equals);
  const host = equals < 0 ? plain : plain.slice(equals + 1);
  if (guest === "" || host === "")
    throw new InvalidArgumentError("Expected GUEST=HOST, as /data=./data, or /data=./data:write.");
  return { ...previous, [guest]: { path: host, write } };
}

/** A date, or milliseconds since 1970. */
export function moment(text: string): number {
  const time = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError("Expected a time, as 2026-01-01T12:00:00Z, or milliseconds.");
  return time;
}

function collected(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
