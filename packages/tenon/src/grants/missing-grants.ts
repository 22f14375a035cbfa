import { defaultStorage, type FolderGrant, type GrantSet, type ResourceGrant, type StorageGrant } from "./grants.js";
import { covers, type NetworkPattern, networkPattern } from "./network/pattern.js";

/**
 * Returns what was asked for and not given, in the form of the request. A folder that was given to read, and was asked for to
 * write, is missing. Host functions and resources are missing only where the host gave less: without a word of the host, a plugin
 * may call all that the host implements, and use as much as it needs.
 *
 * Both sides were read by `readGrantSet`.
 */
export function missingGrants(asked: GrantSet, given: GrantSet): GrantSet {
  const missing: { -readonly [G in keyof GrantSet]: GrantSet[G] } = {
    environment: without(asked.environment, (name) => has(given.environment, name)),
    folders: missingFolders(asked.folders, given.folders),
    network: lacking(asked.network, uncovered(asked.network, given.network)),
    listen: lacking(asked.listen, uncovered(asked.listen, given.listen)),
    programs: lacking(asked.programs, (program) => given.programs?.includes(program) !== true),
    functions: lacking(
      asked.functions,
      (name) => given.functions?.some((other) => includesFunction(other, name)) === false,
    ),
    resources: missingResources(asked.resources, given.resources),
    storage: missingStorage(asked.storage, given.storage),
  };
  for (const [name, grant] of Object.entries(missing)) {
    if (grant === undefined) delete missing[name as keyof GrantSet];
  }
  return missing;
}

/** Adds grants to others. Where both say something of one thing, the added ones are used. */
export function withGrants(given: GrantSet, added: GrantSet): GrantSet {
  const joined: Record<string, unknown> = { ...given };
  for (const [name, grant] of Object.entries(added)) {
    const before = joined[name];
    if (before === undefined) joined[name] = grant;
    else if (Array.isArray(grant)) joined[name] = [...new Set([...(before as string[]), ...grant])];
    else
      joined[name] =
        name === "storage" ? joinedStorage(before, grant) : { ...(before as object), ...(grant as object) };
  }
  return joined as GrantSet;
}

/** Whether nothing is granted, or asked for. */
export function isEmptyGrant(grant: GrantSet[keyof GrantSet]): boolean {
  return grant === undefined || (grant !== true && Object.keys(grant).length === 0);
}

/** Whether a granted name means a function, or the interface or resource that the function is in. */
export function includesFunction(granted: string, name: string): boolean {
  return name === granted || name.startsWith(`${granted}.`);
}

/** Returns a folder of a grant in its long form. The path that the plugin sees is compared without trailing slashes. */
export function folderOf(grant: string | FolderGrant): Required<FolderGrant> {
  return typeof grant === "string" ? { path: grant, write: false } : { path: grant.path, write: grant.write === true };
}

/** The path of a folder that a plugin sees, in the form for comparison. */
export function guestFolder(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;
}

function missingFolders(asked: GrantSet["folders"], given: GrantSet["folders"]): GrantSet["folders"] {
  const writable = new Map(
    Object.entries(given ?? {}).map(([guest, folder]) => [guestFolder(guest), folderOf(folder).write] as const),
  );
  return without(asked, (guest, folder) => {
    const write = writable.get(guestFolder(guest));
    return write !== undefined && (write || !folderOf(folder).write);
  });
}

function missingResources(asked: ResourceGrant | undefined, given: ResourceGrant | undefined) {
  return without(asked as Readonly<Record<string, number>> | undefined, (name, amount) => {
    const most = given?.[name as keyof ResourceGrant];
    return most === undefined || most >= amount;
  });
}

/** Without a word of the host, a plugin may store nothing. What is asked for and not named is the default amount. */
function missingStorage(asked: GrantSet["storage"], given: GrantSet["storage"]): GrantSet["storage"] {
  if (asked === undefined || given === undefined) return asked;
  const wanted = storageGrant(asked);
  const got = storageGrant(given);
  const missing: StorageGrant = {
    ...(wanted.bytes !== undefined && wanted.bytes > (got.bytes ?? defaultStorage.bytes)
      ? { bytes: wanted.bytes }
      : {}),
    ...(wanted.entries !== undefined && wanted.entries > (got.entries ?? defaultStorage.entries)
      ? { entries: wanted.entries }
      : {}),
    ...(wanted.folder === true && got.folder !== true ? { folder: true } : {}),
  };
  return Object.keys(missing).length === 0 ? undefined : missing;
}

function joinedStorage(before: unknown, added: unknown): true | StorageGrant {
  if (before === true && added === true) return true;
  return { ...storageGrant(before as true | StorageGrant), ...storageGrant(added as true | StorageGrant) };
}

/** A grant of storage in its long form. */
export function storageGrant(grant: true | StorageGrant): StorageGrant {
  return grant === true ? {} : grant;
}

function uncovered(asked: readonly string[] | undefined, given: readonly string[] = []): (entry: string) => boolean {
  if (asked === undefined) return () => false;
  const patterns = given.map(pattern);
  return (entry) => !patterns.some((each) => covers(each, pattern(entry)));
}

/** Port 0 of `listen` is no address to connect to, but any port. */
function pattern(entry: string): NetworkPattern {
  return networkPattern(entry.replace(/:0$/, ""), (why) => new Error(why));
}

function lacking(asked: readonly string[] | undefined, isMissing: (entry: string) => boolean) {
  const entries = asked?.filter(isMissing) ?? [];
  return entries.length === 0 ? undefined : entries;
}

function without<T>(
  asked: Readonly<Record<string, T>> | undefined,
  isGiven: (name: string, value: T) => boolean,
): Readonly<Record<string, T>> | undefined {
  const entries = Object.entries(asked ?? {}).filter(([name, value]) => !isGiven(name, value));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function has(object: object | undefined, name: string): boolean {
  return object !== undefined && Object.hasOwn(object, name);
}
