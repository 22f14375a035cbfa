import { resolve } from "node:path";
import { consentMissing, consentRefused } from "../../errors/factories/consent.js";
import { isTenonError } from "../../errors/index.js";
import { type Enforcement, unenforcedGrants } from "../../grants/enforcement.js";
import type { GrantName, GrantRequest, GrantSet, Grants } from "../../grants/grants.js";
import { isEmptyGrant, missingGrants, withGrants } from "../../grants/missing-grants.js";
import type { Output } from "../output/output.js";
import { type Consent, consentPath, readConsents, writeConsents } from "./consent-file.js";
import { grantItems, grantLine } from "./grant-text.js";
import { grantWords, type TypedCommand, withWords } from "./grant-words.js";

/** A plugin that is about to be opened, and what was granted to it by options. */
export interface ConsentRequest {
  readonly name: string;
  readonly plugin: string;
  readonly asked: GrantRequest;
  readonly given: Grants;
  readonly place: string;
  readonly enforcement: Enforcement;
  readonly typed: TypedCommand | undefined;
  /** The options with which everything would be enforced; `undefined` if there are none. */
  enforcing(): Promise<readonly string[] | undefined>;
  /** The digest of everything that will run. Called only if something is missing. */
  digest(): Promise<string>;
}

/** What to open the plugin with. */
export interface Consented {
  readonly grants: Grants;
  /** The digest of what the answer is about; absent if nothing had to be asked. */
  readonly digest?: string;
}

/**
 * Returns what to grant a plugin: what options give, and what its manifest asks for beyond that if the user agrees, now or by an
 * answer that is remembered for the same content and the same request.
 *
 * @throws TENON_CONSENT_MISSING if the answer is no, or there is no terminal to ask on; TENON_CONSENT_UNSAFE,
 *   TENON_CONSENT_INVALID for the file with the answers
 */
export async function consentTo(request: ConsentRequest, output: Output): Promise<Consented> {
  const { given, enforcement, name } = request;
  const asked = withAbsoluteFolders(request.asked);
  const missing = missingGrants(asked, given);
  if (Object.values(missing).every(isEmptyGrant)) return { grants: given };
  const unenforced = unenforcedGrants(missing, enforcement);
  const digest = await request.digest();
  const consented = (): Consented => ({
    grants: {
      ...given,
      ...withGrants(given, missing),
      ...(unenforced.length === 0 ? {} : { unenforced: "allow" }),
    },
    digest,
  });
  const path = consentPath(output.environment);
  const known = (await readConsents(path)).findLast((consent) => isAbout(consent, digest, asked, missing, unenforced));
  const texts = grantItems(missing).map(({ text }) => text);
  if (known?.answer === "yes") return consented();
  if (known?.answer === "no") throw consentRefused(name, texts, known.time);
  const { typed } = request;
  const words = grantWords(missing);
  const enforcing = async () => (await request.enforcing()) ?? ["--allow-unenforced"];
  const added = words === undefined ? undefined : [...words, ...(unenforced.length === 0 ? [] : await enforcing())];
  const command = added === undefined || typed === undefined ? undefined : withWords(typed, added);
  if (!output.canAsk) throw consentMissing(name, texts, command, false);
  const answer = await ask({ ...request, asked }, missing, unenforced, output);
  const { plugin } = request;
  const time = new Date().toISOString();
  if (answer !== undefined)
    await remember(path, { name, plugin, digest, asked, granted: missing, unenforced, answer, time }, output);
  if (answer === "yes") return consented();
  throw consentMissing(name, texts, command, true);
}

/** An answer is about the folders that are meant now: the same words mean others in another current directory. */
function withAbsoluteFolders(asked: GrantRequest): GrantRequest {
  if (asked.folders === undefined) return asked;
  const folders = Object.entries(asked.folders).map(([guest, folder]) => [
    guest,
    typeof folder === "string" ? resolve(folder) : { ...folder, path: resolve(folder.path) },
  ]);
  return { ...asked, folders: Object.fromEntries(folders) };
}

/** Whether a remembered answer says something of all that is missing now. */
function isAbout(
  { digest: about, asked: before, granted, unenforced: accepted, answer }: Consent,
  digest: string,
  asked: GrantRequest,
  missing: GrantSet,
  unenforced: readonly GrantName[],
): boolean {
  if (about !== digest || JSON.stringify(before) !== JSON.stringify(asked)) return false;
  if (!Object.values(missingGrants(missing, granted)).every(isEmptyGrant)) return false;
  return answer === "no" || unenforced.every((grant) => accepted.includes(grant));
}

async function ask(
  { name, plugin, asked, place, enforcement }: ConsentRequest,
  missing: GrantSet,
  unenforced: readonly GrantName[],
  output: Output,
): Promise<"yes" | "no" | undefined> {
  const { bold, yellow } = output.noteColours;
  output.note(`${bold(name)} (${plugin}) asks to`);
  for (const item of grantItems(missing))
    output.note(`  ${grantLine(item, asked, enforcement, place, output.noteColours)}`);
  if (unenforced.length > 0)
    output.note(yellow("What is not enforced, the plugin can do whatever you answer, and more of the same kind."));
  const answer = await output.ask("Grant this, until the plugin changes? [y/N] ");
  if (answer === undefined || answer.trim() === "") return undefined;
  return /^y(?:es)?$/i.test(answer.trim()) ? "yes" : "no";
}

/** Adds an answer to those on disk. Two programs that answer at the same moment may lose one: then it is asked again. */
async function remember(path: string, consent: Consent, output: Output): Promise<void> {
  const isSame = ({ digest, plugin }: Consent) => digest === consent.digest && plugin === consent.plugin;
  try {
    const others = (await readConsents(path)).filter((other) => !isSame(other));
    await writeConsents(path, [...others, consent]);
  } catch (thrown) {
    if (!isTenonError(thrown, "TENON_FILE_WRITE")) throw thrown;
    output.note(output.noteColours.yellow(`The answer is not remembered: ${thrown.message}`));
  }
}
