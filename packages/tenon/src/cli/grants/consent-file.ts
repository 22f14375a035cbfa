import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { consentFileInvalid, consentUnsafe } from "../../errors/factories/consent.js";
import { type GrantName, type GrantRequest, type GrantSet, grantNames } from "../../grants/grants.js";
import { type GrantFailures, readGrantRequest } from "../../grants/read-grants.js";
import { makePrivateFolder, privateFile } from "../../runtime/private-folder.js";
import { writeFileWhole } from "../output/write-file.js";

/** One remembered answer. */
export interface Consent {
  /** The plugin's name, and its path when the question was asked. */
  readonly name: string;
  readonly plugin: string;
  /** The digest of everything that runs: other content is asked for again. */
  readonly digest: string;
  /** What the manifest asked for: another request is asked for again. */
  readonly asked: GrantRequest;
  /** What the question was about, given if the answer was yes. */
  readonly granted: GrantSet;
  /** Those of it that nothing enforced. */
  readonly unenforced: readonly GrantName[];
  readonly answer: "yes" | "no";
  /** When it was given, as in ISO 8601. */
  readonly time: string;
}

const most = 1000;
const largest = 16 * 1024 * 1024;
const othersWrite = 0o022;

/** Returns the path of the file with the answers, in the user's folder for configuration. */
export function consentPath({ XDG_CONFIG_HOME, APPDATA }: Readonly<Record<string, string | undefined>>): string {
  // XDG Base Directory Specification: a relative path is ignored.
  const named = process.platform === "win32" ? APPDATA : XDG_CONFIG_HOME;
  const folder = named !== undefined && isAbsolute(named) ? named : join(homedir(), ".config");
  return join(folder, "tenon", "consent.json");
}

/**
 * Reads the remembered answers, the oldest first. There are none without the file.
 *
 * @throws TENON_CONSENT_UNSAFE if others own the file or its folder, or may write to them; TENON_CONSENT_INVALID
 */
export async function readConsents(path: string): Promise<readonly Consent[]> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    if (code === "ELOOP") throw consentUnsafe(path, path, "is a symbolic link");
    throw consentFileInvalid(path, `cannot be read: ${message}`, cause);
  }
  try {
    const stats = await file.stat();
    const { uid, mode, size } = stats;
    if (!stats.isFile()) throw consentFileInvalid(path, "not a regular file");
    const user = process.geteuid?.();
    if (user !== undefined && uid !== user) throw consentUnsafe(path, path, "is owned by another user");
    if (user !== undefined && (mode & othersWrite) !== 0)
      throw consentUnsafe(path, path, "can be written by other users");
    await makePrivateFolder(dirname(path), (_, at, why) => consentUnsafe(path, at, why));
    if (size > largest) throw consentFileInvalid(path, `has ${size} bytes, more than ${largest}`);
    return parse(await file.readFile("utf8"), path);
  } finally {
    await file.close();
  }
}

/** Writes the answers, the newest at most {@link most}. @throws TENON_CONSENT_UNSAFE, TENON_FILE_WRITE */
export async function writeConsents(path: string, consents: readonly Consent[]): Promise<void> {
  await makePrivateFolder(dirname(path), (_, at, why) => consentUnsafe(path, at, why));
  const document = { version: 1, consents: consents.slice(-most) };
  await writeFileWhole(path, `${JSON.stringify(document, null, 2)}\n`, privateFile);
}

function parse(text: string, path: string): readonly Consent[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw consentFileInvalid(path, `not valid JSON: ${(cause as Error).message}`, cause);
  }
  const { version, consents } = (document ?? {}) as { readonly version?: unknown; readonly consents?: unknown };
  if (version !== 1 || !Array.isArray(consents) || consents.length > most)
    throw consentFileInvalid(path, "expected version 1 and a list of consents");
  return consents.map((consent, index) => readConsent(consent, `consents[${index}]`, path));
}

function readConsent(value: unknown, where: string, path: string): Consent {
  const wrong = (problem: string) => consentFileInvalid(path, `${where}${problem}`);
  const fail: GrantFailures = {
    unknown: (name) => wrong(`: unknown field "${name}"`),
    wrong: (name, expected) => wrong(`: "${name}": expected ${expected}`),
    entry: (grant, entry, why) => wrong(`: "grants.${grant}": ${JSON.stringify(entry)}: ${why}`),
  };
  const fields = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const field = fields[name];
    if (typeof field === "string" && field.length <= 8192) return field;
    throw wrong(`.${name}: expected a text`);
  };
  const answer = text("answer");
  if (answer !== "yes" && answer !== "no") throw wrong('.answer: expected "yes" or "no"');
  const { unenforced } = fields;
  if (!Array.isArray(unenforced) || !unenforced.every((name) => grantNames.includes(name)))
    throw wrong(".unenforced: expected names of grants");
  return {
    ...{ name: text("name"), plugin: text("plugin"), digest: text("digest"), time: text("time"), answer },
    asked: readGrantRequest(fields.asked, fail),
    granted: readGrantRequest(fields.granted, fail),
    unenforced,
  };
}
