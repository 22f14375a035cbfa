import { type Command, InvalidArgumentError, Option } from "commander";
import type { FolderGrant, Grants } from "../../runtime/index.js";
import type { TypedCommand } from "../grants/grant-words.js";
import { environmentGrant } from "./option-values.js";

/** The values of the options that {@link addGrantOptions} adds. */
export interface GrantOptions {
  readonly grantEnv?: Readonly<Record<string, string | true>>;
  readonly grantFolder?: Readonly<Record<string, FolderGrant>>;
  readonly grantNetwork?: readonly string[];
  readonly grantListen?: readonly string[];
  readonly grantProgram?: readonly string[];
  readonly grantStorage?: boolean;
  readonly grantStorageFolder?: boolean;
  readonly allowUnenforced?: boolean;
  /** Whether to ask for what the manifest asks for and the options do not grant: not with `--no-ask`. */
  readonly ask?: boolean;
}

/** Adds the options that grant a plugin access to the system. */
export function addGrantOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--grant-env <NAME[=VALUE]>", "let the plugin read an environment variable (repeatable)").argParser(
        environmentGrant,
      ),
    )
    .addOption(
      new Option(
        "--grant-folder <GUEST=HOST[:write]>",
        "let the plugin read a folder, or write to it, at a path that it sees (repeatable)",
      ).argParser(folderGrant),
    )
    .addOption(
      new Option(
        "--grant-network <HOST[:PORT]>",
        "let the plugin connect to a host: example.com, *.example.com:443, * (repeatable)",
      ).argParser(append),
    )
    .addOption(
      new Option("--grant-listen <ADDRESS:PORT>", "let the plugin listen on an address (repeatable)").argParser(append),
    )
    .addOption(
      new Option("--grant-program <NAME>", "let the plugin start a program of the system (repeatable)").argParser(
        append,
      ),
    )
    .option("--grant-storage", "let the plugin store data under its name")
    .option("--grant-storage-folder", "let the plugin store data and files")
    .option("--allow-unenforced", "open the plugin although nothing enforces one of these");
}

export const askOption = () =>
  new Option("--no-ask", "do not ask for what the plugin's manifest asks for beyond that: run the plugin without");

/** What was typed: where a command can be given more options. */
export function typedCommand(command: Command): TypedCommand {
  let program = command;
  while (program.parent !== null) program = program.parent;
  const { rawArgs = [] } = program as { rawArgs?: readonly string[] };
  return { words: rawArgs, name: command.name() };
}

export function readGrants(options: GrantOptions): Grants {
  return {
    ...(options.grantEnv === undefined ? {} : { environment: options.grantEnv }),
    ...(options.grantFolder === undefined ? {} : { folders: options.grantFolder }),
    ...(options.grantNetwork === undefined ? {} : { network: options.grantNetwork }),
    ...(options.grantListen === undefined ? {} : { listen: options.grantListen }),
    ...(options.grantProgram === undefined ? {} : { programs: options.grantProgram }),
    ...(options.grantStorage === true ? { storage: true } : {}),
    ...(options.grantStorageFolder === true ? { storage: { folder: true } } : {}),
    ...(options.allowUnenforced === true ? { unenforced: "allow" } : {}),
  };
}

/** Parses `/data=./data`, `/data=./data:write`, or one path that is the same on both sides. */
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
    throw new InvalidArgumentError("Expected GUEST=HOST, such as /data=./data or /data=./data:write.");
  return { ...previous, [guest]: { path: host, write } };
}

function append(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
