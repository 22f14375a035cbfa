/** What makes a folder a plugin although no manifest names its entry. */
export interface EntryRules {
  /** Names of files that are its entry. The first of them that is there counts. */
  readonly names: readonly string[];
  /** What the names of files look like that are source: a folder with one is left to the builders. */
  readonly sources: readonly RegExp[];
}

/** Leaves every folder to whoever reads the artifact. */
export const anyFolder: EntryRules = { names: [], sources: [/^/] };

/** Returns the rules of several runtimes as one, in their order. */
export function joinEntryRules(all: readonly (Partial<EntryRules> | undefined)[]): EntryRules {
  return {
    names: all.flatMap((rules) => rules?.names ?? []),
    sources: all.flatMap((rules) => rules?.sources ?? []),
  };
}
