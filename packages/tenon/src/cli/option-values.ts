import { readFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import { usageError } from "./command-failure.js";

export const placeNames = ["inline", "worker", "worker-pool", "process"] as const;
export type PlaceChoice = (typeof placeNames)[number];

/** Options that several commands have, worded alike. */
export const contractOption = () =>
  new Option("--contract <FILE>", "the host's contract: .wit, .json, or a .ts or .js module (which is run)");
export const worldOption = () =>
  new Option("--world <NAME>", "which world or contract of the file, where there are several");
export const placeOption = (description: string) => new Option("--place <PLACE>", description).choices(placeNames);

/** Milliseconds. */
export function milliseconds(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError("Expected milliseconds, as 5000; 0 for none.");
  return Number(text);
}

/** `NAME=VALUE` or `NAME`, collected: an environment variable with a value, or the host's own. */
export function environmentGrant(
  text: string,
  previous: Readonly<Record<string, string | true>> = {},
): Record<string, string | true> {
  const [, name, value] = /^([^=\0]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("Expected NAME=VALUE, or NAME to pass the variable on.");
  return { ...previous, [name]: value ?? true };
}

export interface InspectAddress {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`, `PORT` or `HOST`, as Node's own --inspect takes it. */
export function inspectAddress(text: string): InspectAddress {
  const { bracketed, name, port } = addressForm.exec(text)?.groups ?? {};
  const number = port === undefined ? 9229 : Number(port);
  const host = bracketed ?? name;
  if ((host === undefined && port === undefined) || number > 65535) {
    throw new InvalidArgumentError("Expected HOST:PORT or PORT, as 127.0.0.1:9229.");
  }
  return { host: host ?? "127.0.0.1", port: number };
}

// A number alone is a port, never a host: 0 as a host would be every address of the machine.
const addressForm =
  /^(?:(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<name>[^:[\]]*[^:[\]\d.][^:[\]]*|(?:\d+\.){3}\d+))(?::|$))?(?<port>\d+)?$/i;

/** Settings as JSON, or `@FILE` that holds them. */
export async function readSettings(text: string | undefined): Promise<unknown> {
  if (text === undefined) return undefined;
  const what = text.startsWith("@") ? `--settings: the file ${text.slice(1)}` : "--settings";
  let json = text;
  try {
    if (text.startsWith("@")) json = await readFile(text.slice(1), "utf8");
  } catch (cause) {
    throw usageError(`${what} cannot be read: ${(cause as Error).message}`, "Correct the path after @.", cause);
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw usageError(
      `${what} is not JSON: ${(cause as Error).message}`,
      `Write it as --settings '{"name": "value"}'.`,
      cause,
    );
  }
}
