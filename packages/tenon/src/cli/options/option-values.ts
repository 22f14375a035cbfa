import { Argument, InvalidArgumentError, Option } from "commander";
import { milliseconds as readMilliseconds } from "../../contributions/read-option.js";
import { settingsNotJson, settingsUnreadable } from "../../errors/factories/command.js";
import type { PlaceName } from "../../runtime/index.js";
import { readValue } from "./contributed-option.js";
import { readInput } from "./read-input.js";

/** The places that `--place` accepts. */
export const placeNames = ["inline", "worker", "worker-pool", "process"] as const satisfies readonly PlaceName[];
export type PlaceChoice = (typeof placeNames)[number];

/** Options and arguments that more than one command has. */
export const contractOption = () =>
  new Option("--contract <FILE>", "the host's contract: .wit, .json, or a .ts or .js module (which is run)");
export const worldOption = () => new Option("--world <NAME>", "which contract to use, if the file has more than one");
export const placeOption = (description: string) => new Option("--place <PLACE>", description).choices(placeNames);
export const isolationOption = () =>
  new Option("--isolation <LEVEL>", "the lowest isolation level that you accept").choices(["contained", "sandboxed"]);
export const settingsOption = () => new Option("--settings <JSON>", "the plugin's settings: JSON, or @FILE");
export const contractArgument = (name: string) =>
  new Argument(name, ".wit file or folder, .json file, or .ts or .js module (which is run)");

/** Parses milliseconds. */
export function milliseconds(text: string): number {
  return readValue(text, readMilliseconds);
}

/** Adds `NAME=VALUE` or `NAME` to those before: an environment variable with a value, or with the host's own. */
export function environmentGrant(
  text: string,
  previous: Readonly<Record<string, string | true>> = {},
): Record<string, string | true> {
  const [, name, value] = /^([^=\0]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("Expected NAME=VALUE, or NAME to pass on the variable.");
  return { ...previous, [name]: value ?? true };
}

export interface InspectAddress {
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`, `PORT` or `HOST`, like Node's own --inspect. */
export function inspectAddress(text: string): InspectAddress {
  const { bracketed, name, port } = addressForm.exec(text)?.groups ?? {};
  const number = port === undefined ? 9229 : Number(port);
  const host = bracketed ?? name;
  if ((host === undefined && port === undefined) || number > 65535) {
    throw new InvalidArgumentError("Expected HOST:PORT or PORT, such as 127.0.0.1:9229.");
  }
  return { host: host ?? "127.0.0.1", port: number };
}

// A number alone is a port, never a host: 0 as a host would mean every address of the machine.
const addressForm =
  /^(?:(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<name>[^:[\]]*[^:[\]\d.][^:[\]]*|(?:\d+\.){3}\d+))(?::|$))?(?<port>\d+)?$/i;

/** Parses settings: JSON, or `@FILE` that contains it. */
export async function readSettings(text: string | undefined): Promise<unknown> {
  if (text === undefined) return undefined;
  const path = text.startsWith("@") ? text.slice(1) : undefined;
  let json = text;
  try {
    if (path !== undefined) json = (await readInput(path)).toString("utf8");
  } catch (cause) {
    throw settingsUnreadable(path ?? "", (cause as Error).message, cause);
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw settingsNotJson(path, (cause as Error).message, cause);
  }
}
