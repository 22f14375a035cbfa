import { shellWord } from "../../errors/shell-word.js";
import { defaultStorage, type GrantSet } from "../../grants/grants.js";
import { folderOf, storageGrant } from "../../grants/missing-grants.js";

/** The words of a command line, and where options of the command can be added. */
export interface TypedCommand {
  readonly words: readonly string[];
  /** The command's name, such as `run`. */
  readonly name: string;
}

/** Returns the options that grant all of it; `undefined` if there is no option for a part of it. */
export function grantWords({
  environment,
  folders,
  network,
  listen,
  programs,
  storage,
  ...others
}: GrantSet): string[] | undefined {
  if (Object.keys(others).length > 0) return undefined;
  const words: string[] = [];
  for (const [name, value] of Object.entries(environment ?? {}))
    words.push("--grant-env", value === true ? name : `${name}=${value}`);
  for (const [guest, folder] of Object.entries(folders ?? {})) {
    const { path, write } = folderOf(folder);
    // The option has no way to write these.
    if (guest.includes("=") || (!write && path.endsWith(":write"))) return undefined;
    words.push("--grant-folder", `${guest}=${path}${write ? ":write" : ""}`);
  }
  for (const pattern of network ?? []) words.push("--grant-network", pattern);
  for (const address of listen ?? []) words.push("--grant-listen", address);
  for (const program of programs ?? []) words.push("--grant-program", program);
  if (storage !== undefined) {
    const { bytes = 0, entries = 0, folder } = storageGrant(storage);
    // The option grants the default amounts.
    if (bytes > defaultStorage.bytes || entries > defaultStorage.entries) return undefined;
    words.push(folder === true ? "--grant-storage-folder" : "--grant-storage");
  }
  return words;
}

/** Returns what was typed, with options added after the command's name, so that it can be pasted. */
export function withWords({ words, name }: TypedCommand, added: readonly string[]): string {
  const at = words.indexOf(name) + 1;
  return ["tenon", ...words.slice(0, at), ...added, ...words.slice(at)].map(shellWord).join(" ");
}
