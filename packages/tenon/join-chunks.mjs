/**
 * Joins chunks that are loaded together into one file. esbuild makes a chunk of whatever the same entries share, which are
 * dozens for one entry, and to find, read and link a file costs Node more than to parse what is in it.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, normalize, relative } from "node:path";
import { build } from "esbuild";

/** @import { Metafile } from "esbuild" */

/**
 * The chunks that any entry in `of` loads, and any in `andOf`. They become the file `name`; without a name they stay as they
 * are. A chunk belongs to the first group that it fits, so that each group needs earlier ones only. A portable group has what
 * needs no other package and none of Node's modules: bundlers may keep all of a file of which they need a part, and a
 * component has no modules of Node's.
 *
 * @typedef {{ readonly name?: string, readonly portable?: boolean, readonly of: readonly string[], readonly andOf?: readonly string[] }} Group
 */

/** What esbuild writes where one file of its output imports from another. */
const importsBetweenFiles = /^import \{([^}]*)\} from "(\.[^"]+)";$/gm;
/** What esbuild writes above the code of each module, and keeps when it reads the file again if it looks like a licence. */
const moduleNotes = /^\/\/!? (dist\/\S+)$/gm;

/**
 * @param {string} folder of the bundle
 * @param {Metafile["outputs"]} outputs
 * @param {readonly Group[]} groups
 * @returns {Promise<number>} how many files there are now
 */
export async function joinChunks(folder, outputs, groups) {
  const files = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
  const entries = new Map(files.map(([path, output]) => [relative(folder, path), output]));
  const chunks = new Map(
    files.filter(([, { entryPoint }]) => entryPoint === undefined).map(([path, output]) => [basename(path), output]),
  );
  /** @type {Set<string>} */
  const settled = new Set();
  /** @type {Map<string, { file: string, names: Map<string, string> }>} By chunk: where it is now, and its names there. */
  const joined = new Map();
  for (const { name, portable = false, of, andOf = of } of groups) {
    const also = reached(andOf);
    const members = [...reached(of)].filter(
      (chunk) => also.has(chunk) && !settled.has(chunk) && (!portable || isPortable(chunk)),
    );
    for (const member of members) settled.add(member);
    if (name !== undefined) await joinInto(`${name}.js`, members);
  }
  await Promise.all([...joined.keys()].map((chunk) => rm(join(folder, "chunks", chunk))));
  const left = files.filter(([path]) => !joined.has(basename(path)));
  for (const [path] of left) await writeFile(path, await redirected(path));
  return left.length + new Set([...joined.values()].map(({ file }) => file)).size;

  /** @param {readonly string[]} names of entries */
  function reached(names) {
    /** @type {Set<string>} */
    const found = new Set();
    const waiting = names.flatMap((name) => imported(entries.get(normalize(`${name}.js`))));
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      waiting.push(...imported(chunks.get(name)));
    }
    return found;
  }

  /**
   * @param {string} name
   * @param {Set<string>} seen
   * @returns {boolean}
   */
  function isPortable(name, seen = new Set()) {
    if (seen.has(name)) return true;
    seen.add(name);
    const output = files.find(([path]) => basename(path) === name)?.[1];
    return (
      output?.imports.every(({ path, external }) => external !== true && isPortable(basename(path), seen)) ?? false
    );
  }

  /** @param {Metafile["outputs"][string] | undefined} output */
  function imported(output) {
    if (output === undefined) throw new Error("a group names an entry that the bundle does not have");
    return output.imports
      .filter(({ kind, external }) => kind === "import-statement" && external !== true)
      .map(({ path }) => basename(path));
  }

  /**
   * @param {string} file
   * @param {readonly string[]} members
   */
  async function joinInto(file, members) {
    /** @type {Set<string>} */
    const used = new Set();
    /** @type {typeof joined} Not among the joined before they are: until then they import from each other. */
    const places = new Map();
    const exports = members.map((member) => {
      const names = new Map(chunks.get(member)?.exports.map((own) => [own, free(own, used)]));
      places.set(member, { file, names });
      return `export { ${[...names].map(([own, outer]) => `${own} as ${outer}`).join(", ")} } from "./${member}";`;
    });
    const { outputFiles } = await build({
      stdin: { contents: exports.join("\n"), resolveDir: join(folder, "chunks") },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      legalComments: "inline",
      logLevel: "warning",
      plugins: [onlyOf(members)],
    });
    const text = outputFiles[0]?.text.replaceAll(/^\/\/ \S*chunks\/\S+\n/gm, "").replaceAll(moduleNotes, "// $1") ?? "";
    await writeFile(join(folder, "chunks", file), text);
    for (const [member, place] of places) joined.set(member, place);
  }

  /**
   * @param {readonly string[]} members
   * @returns {import("esbuild").Plugin}
   */
  function onlyOf(members) {
    return {
      name: "only-of-one-group",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /./ }, ({ path }) =>
          members.includes(basename(path)) ? undefined : { path, external: true },
        );
        onLoad({ filter: /./ }, async ({ path }) => ({
          contents: (await redirected(path)).replaceAll(moduleNotes, "//! $1"),
        }));
      },
    };
  }

  /**
   * Returns a file's text that imports from joined chunks where they are now.
   *
   * @param {string} path
   */
  async function redirected(path) {
    const text = await readFile(path, "utf8");
    return text.replaceAll(importsBetweenFiles, (whole, /** @type {string} */ list, /** @type {string} */ from) => {
      const target = joined.get(basename(from));
      if (target === undefined) return whole;
      const names = list.split(",").map((item) => {
        const [own = "", local = own] = item.trim().split(" as ");
        const there = target.names.get(own);
        return there === local ? `  ${local}` : `  ${there} as ${local}`;
      });
      return `import {\n${names.join(",\n")}\n} from "${from.slice(0, -basename(from).length)}${target.file}";`;
    });
  }
}

/**
 * @param {string} name
 * @param {Set<string>} used
 */
function free(name, used) {
  let found = name;
  for (let count = 2; used.has(found); count++) found = `${name}${count}`;
  used.add(found);
  return found;
}
