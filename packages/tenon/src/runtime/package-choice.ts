/** Which packages are not bundled into a JavaScript plugin. */
export interface PackageChoice {
  /** Packages that Node loads from the plugin's own folder. */
  readonly external: readonly string[];
  /** Packages and modules of which the plugin uses the host's own copy, by the name that the plugin imports. */
  readonly shared: Readonly<Record<string, SharedModule>>;
}

/** Where the host's copy is, and which version of it the plugin needs. */
export interface SharedModule {
  /** The `file:` URL of the host's module. Default: what the host's program would import by the same name. */
  readonly url?: string;
  /** A range of semantic versions. Default: what the importing package's package.json says. */
  readonly range?: string;
}

/** What `open`'s option `shared` can be: names, or names with the URLs of the host's modules. */
export type SharedOption = readonly string[] | Readonly<Record<string, string | URL>>;

export const noChoice: PackageChoice = { external: [], shared: {} };

/** Returns the package of an import: `@scope/name` for `@scope/name/file.js`. `undefined` for a path or a URL. */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[^/\\:@]+\/)?[^./\\@:][^/\\:]*/.exec(specifier)?.[0];
}

/** Adds what the host's user chose to what the manifest says. */
export function withChoice(
  choice: PackageChoice | undefined,
  external: readonly string[] | undefined,
  shared: SharedOption | undefined,
): PackageChoice | undefined {
  if (external === undefined && shared === undefined) return choice;
  const { external: named, shared: known } = choice ?? noChoice;
  const entries: readonly (readonly [string, string | URL | undefined])[] = isList(shared)
    ? shared.map((name) => [name, undefined])
    : Object.entries(shared ?? {});
  const merged = Object.fromEntries(
    entries.map(([name, url]) => [name, { ...known[name], ...(url === undefined ? {} : { url: String(url) }) }]),
  );
  return { external: [...new Set([...named, ...(external ?? [])])], shared: { ...known, ...merged } };
}

function isList(shared: SharedOption | undefined): shared is readonly string[] {
  return Array.isArray(shared);
}
