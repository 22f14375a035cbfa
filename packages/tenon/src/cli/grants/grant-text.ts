import type { Enforcement, Enforcer, GrantReport } from "../../grants/enforcement.js";
import { defaultStorage, type GrantName, type GrantRequest, type GrantSet, grantNames } from "../../grants/grants.js";
import { folderOf, storageGrant } from "../../grants/missing-grants.js";
import type { Colours } from "../../terminal/colour.js";

/** One thing that a plugin asks for, or is given. */
export interface GrantItem {
  readonly grant: GrantName;
  /** What it allows, after "may": `read the environment variable LANG`. */
  readonly text: string;
}

/** Lists grants one by one, in plain words. */
export function grantItems({
  environment,
  folders,
  network,
  listen,
  programs,
  functions,
  resources,
  storage,
}: GrantSet): GrantItem[] {
  const items: GrantItem[] = [];
  const add = (grant: GrantName, texts: readonly string[]) => items.push(...texts.map((text) => ({ grant, text })));
  add(
    "environment",
    Object.entries(environment ?? {}).map(([name, value]) =>
      value === true
        ? `read the environment variable ${name}`
        : `read the environment variable ${name}, which is "${value}" for it`,
    ),
  );
  add("folders", Object.entries(folders ?? {}).map(folderText));
  add(
    "network",
    (network ?? []).map((to) => `connect to ${to === "*" ? "everything that this machine can reach" : to}`),
  );
  add(
    "listen",
    (listen ?? []).map((on) => `listen on ${on}`),
  );
  add(
    "programs",
    (programs ?? []).map((program) => `start the program ${program}`),
  );
  add(
    "functions",
    (functions ?? []).map((name) => `call the host function ${name}`),
  );
  for (const [name, amount] of Object.entries(resources ?? {})) {
    const resource = name as keyof typeof resourceTexts;
    add(`resources.${resource}`, [resourceTexts[resource](amount)]);
  }
  if (storage !== undefined) {
    const { bytes = defaultStorage.bytes, entries = defaultStorage.entries, folder } = storageGrant(storage);
    const [most, count] = [bytes.toLocaleString("en"), entries.toLocaleString("en")];
    add("storage", [`store up to ${most} bytes in ${count} entries under its name`]);
    if (folder === true) add("storage.folder", ["read and write a folder of storage that is its own"]);
  }
  return items.sort((a, b) => grantNames.indexOf(a.grant) - grantNames.indexOf(b.grant));
}

const resourceTexts = {
  memory: (bytes: number) => `use ${bytes.toLocaleString("en")} bytes of memory`,
  processes: (count: number) => `run ${count} ${count === 1 ? "process" : "processes"}`,
  files: (count: number) => `have ${count} ${count === 1 ? "file" : "files"} open`,
  cpu: (milliseconds: number) => `use ${milliseconds} ms of processor time`,
};

function folderText([guest, folder]: readonly [string, NonNullable<GrantSet["folders"]>[string]]): string {
  const { path, write } = folderOf(folder);
  const seen = guest === path ? "" : `, which it sees as ${guest}`;
  return `${write ? "read and write" : "read"} the folder ${path}${seen}`;
}

/** Says what enforces a grant in a place: `enforced by its runtime`, `not enforced in the inline place`. */
function enforcerText(enforcer: Enforcer, place: string): string {
  switch (enforcer) {
    case "none":
      return `not enforced in the ${place} place`;
    case "place":
      return `enforced by the ${place} place`;
    case "runtime":
      return "enforced by its runtime";
    default:
      return `enforced by the ${enforcer}`;
  }
}

/** Says what a plugin asks for, why, and what enforces it. */
export function grantLine(
  { grant, text }: GrantItem,
  asked: GrantRequest,
  enforcedBy: Enforcement,
  place: string,
  colours: Colours,
  note = "",
): string {
  const reason = asked.reasons?.[grant.split(".")[0] as keyof GrantSet];
  const enforcer = enforcedBy[grant];
  const paint = enforcer === "none" ? colours.yellow : colours.dim;
  return `${text}${reason === undefined ? "" : `: ${reason}`} ${paint(`(${note}${enforcerText(enforcer, place)})`)}`;
}

/** Lists for people what a plugin asks for: whether it is given, why it is asked for, and what enforces it. */
export function askedLines({ asked, missing, place, enforcedBy }: GrantReport, colours: Colours): string[] {
  const lacking = new Set(grantItems(missing).map(({ text }) => text));
  return grantItems(asked).map((item) => {
    const given = lacking.has(item.text) ? "not given, " : "given, ";
    return `asks to ${grantLine(item, asked, enforcedBy, place, colours, given)}`;
  });
}
