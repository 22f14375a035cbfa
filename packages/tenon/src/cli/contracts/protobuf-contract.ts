import { dirname, extname, join, resolve } from "node:path";
import { contractFromDescriptorSet, contractFromProto, type ProtobufContract } from "../../contract/index.js";
import { readRegularFile, textOfFile } from "../../runtime/regular-file.js";

const largest = 64 * 1024 * 1024;
/** What build systems call files of descriptors. */
const descriptorExtensions = new Set([".binpb", ".pb", ".desc", ".fds", ".protoset"]);
/** How many folders above a file its imports may begin in. */
const mostFolders = 16;

export interface ProtobufFileOptions {
  readonly id?: string | undefined;
  /** The service that the plugin implements; by default, all of the file. */
  readonly service?: string | undefined;
}

/**
 * Makes a contract of a `.proto` file or a descriptor set. Returns `undefined` for other files. Imports are looked up in the
 * folder of the file, in those above it, and in the current one.
 */
export async function contractOfProtobuf(
  path: string,
  { id, service }: ProtobufFileOptions = {},
): Promise<ProtobufContract | undefined> {
  const extension = extname(path);
  const options = { ...(id === undefined ? {} : { id }), ...(service === undefined ? {} : { exports: [service] }) };
  if (extension === ".proto") {
    const text = await textOfFile(path, largest);
    if (text === undefined) return undefined;
    return contractFromProto([{ path, text }], { ...options, resolve: (imported) => textOfImport(path, imported) });
  }
  if (!descriptorExtensions.has(extension)) return undefined;
  const file = await readRegularFile(path, largest).catch(() => undefined);
  return file === undefined ? undefined : contractFromDescriptorSet(file.content, options);
}

async function textOfImport(path: string, imported: string): Promise<string | undefined> {
  const folders = [dirname(resolve(path))];
  while (folders.length < mostFolders && dirname(folders.at(-1)!) !== folders.at(-1))
    folders.push(dirname(folders.at(-1)!));
  for (const folder of [...folders, process.cwd()]) {
    const text = await textOfFile(join(folder, imported), largest);
    if (text !== undefined) return text;
  }
  return undefined;
}
