import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { Contract } from "../contract/core.js";
import { entryMissing, entryUnnamed, manifestInvalid } from "../errors/factories/artifact.js";
import { findContractFile, readCarriedContract } from "./carried-contract.js";
import type { EntryRules } from "./entry-rules.js";
import { readJsonObject } from "./json-file.js";
import type { Manifest } from "./manifest.js";
import { type ManifestFields, readManifestFields } from "./manifest-fields.js";
import { didYouMean } from "./nearest.js";
import { firstFile, packageEntries, resolveEntry } from "./package-entry.js";

export interface ManifestLocation {
  /** The absolute path of the file or folder. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** The path as the user wrote it, for messages. */
  readonly given: string;
}

/**
 * Reads the files that describe a plugin. For a file `plugin.ts` these are `plugin.tenon.json` and `plugin.wit` next to
 * it; for a folder, its tenon.json and package.json, where tenon.json takes precedence.
 *
 * @throws TENON_MANIFEST_INVALID, TENON_ARTIFACT_ENTRY, TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID
 */
export async function readManifest(location: ManifestLocation, rules: EntryRules): Promise<Manifest> {
  return location.kind === "file" ? ofFile(location.path) : ofFolder(location, rules);
}

async function ofFile(path: string): Promise<Manifest> {
  const folder = dirname(path);
  const stem = basename(path, extname(path));
  const source = join(folder, `${stem}.tenon.json`);
  const json = await readJsonObject(source);
  const fields = json === undefined ? {} : readManifestFields(json, source);
  if (fields.entry !== undefined && fields.entry.replace(/^\.\//, "") !== basename(path)) {
    throw manifestInvalid(
      source,
      `"entry": expected "${basename(path)}", the file that this manifest belongs to, or no entry; got "${fields.entry}"`,
    );
  }
  const contract = await contractOf(fields, folder, source, [stem], false);
  return manifest(fields, { name: stem, version: undefined, entry: path, contract, source: json && source });
}

async function ofFolder({ path, given }: ManifestLocation, rules: EntryRules): Promise<Manifest> {
  const ownSource = join(path, "tenon.json");
  const packageSource = join(path, "package.json");
  const [own, package_] = await Promise.all([readJsonObject(ownSource), readJsonObject(packageSource)]);
  const described = package_ === undefined ? {} : packageFields(package_, packageSource);
  const fields: ManifestFields = { ...described, ...(own === undefined ? {} : readManifestFields(own, ownSource)) };
  const source = own !== undefined ? ownSource : package_ !== undefined ? packageSource : undefined;
  const entry = await entryOf(path, given, fields, package_ ?? {}, source, rules);
  const stem = entry === undefined ? "plugin" : basename(entry, extname(entry));
  const contract = await contractOf(fields, path, source ?? path, [stem, "contract", "plugin"], true);
  return manifest(fields, { name: basename(path), version: undefined, entry, contract, source });
}

/** Returns the fields of package.json that have the same meaning here, and those of its field `tenon`. */
function packageFields(json: Readonly<Record<string, unknown>>, source: string): ManifestFields {
  const common = Object.fromEntries(
    ["name", "version"].flatMap((key) => (json[key] === undefined ? [] : [[key, json[key]]])),
  );
  const own = json.tenon === undefined ? {} : readManifestFields(json.tenon, source, "tenon.");
  return { ...readManifestFields(common, source), ...own };
}

/** Finds the file to load. A folder without one is left to the builders if it contains something to build. */
async function entryOf(
  folder: string,
  given: string,
  fields: ManifestFields,
  package_: Readonly<Record<string, unknown>>,
  source: string | undefined,
  rules: EntryRules,
): Promise<string | undefined> {
  const present = await readdir(folder);
  if (fields.entry !== undefined) {
    const found = await firstFile([join(folder, fields.entry)]);
    if (found !== undefined) return found;
    throw entryMissing(given, `${source}`, "entry", fields.entry, { hint: didYouMean(fields.entry, present) });
  }
  const named = packageEntries(package_);
  for (const { path } of named) {
    const found = await resolveEntry(folder, path);
    if (found !== undefined) return found;
  }
  const [first] = named;
  if (first !== undefined) throw entryMissing(given, `${source}`, first.field, first.path, { isBuilt: true });
  const found = await firstFile(rules.names.map((name) => join(folder, name)));
  if (found !== undefined) return found;
  // The runtime that it names knows what its plugins consist of.
  if (fields.runtime?.name !== undefined) return undefined;
  if (present.some((name) => rules.sources.some((source) => source.test(name)))) return undefined;
  throw entryUnnamed(given, present);
}

async function contractOf(
  fields: ManifestFields,
  folder: string,
  source: string,
  names: readonly string[],
  orTheOnly: boolean,
): Promise<Contract | undefined> {
  if (fields.contract === undefined) {
    const found = await findContractFile(folder, names, orTheOnly);
    return found === undefined ? undefined : readCarriedContract(found, undefined);
  }
  const contract = await readCarriedContract(join(folder, fields.contract.path), fields.contract.world);
  if (contract !== undefined) return contract;
  const near = didYouMean(fields.contract.path, await readdir(folder));
  throw manifestInvalid(source, `"contract" names ${fields.contract.path}, which does not exist${near}`);
}

function manifest(
  fields: ManifestFields,
  known: Pick<Manifest, "name" | "version" | "entry" | "contract" | "source">,
): Manifest {
  return {
    ...known,
    name: fields.name ?? known.name,
    version: fields.version ?? known.version,
    ...(fields.runtime === undefined ? {} : { runtime: fields.runtime }),
    settings: fields.settings,
    priority: fields.priority ?? 0,
    requires: fields.requires ?? {},
    grants: fields.grants ?? {},
    ...packagesOf(fields),
  };
}

function packagesOf({ external = [], shared = {} }: ManifestFields): Pick<Manifest, "packages"> {
  const isEmpty = external.length === 0 && Object.keys(shared).length === 0;
  return isEmpty ? {} : { packages: { external, shared } };
}
