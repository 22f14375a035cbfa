/**
 * Bundles the compiled files into a few. A host, the command line and every thread load about a hundred small modules, and
 * loading them one by one would be most of their start-up time. Each entry keeps its path; what several entries share goes
 * into chunks, so that every module still exists once.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { joinChunks } from "./join-chunks.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const compiled = join(root, "dist");
const output = join(root, "bundle");

/** Files that are loaded by their path: the package's exports, the command line, and the entries of threads and processes. */
const entries = [
  ...["index", "contract/index", "errors/index", "runtime/index", "rpc/index", "guest/index", "testing/index"],
  ...["go/index", "http/index", "metrics/index", "build/index", "cli/main"],
  ...["places/worker/entry", "places/process/entry", "host/settings-entry"],
  ...["launch/proxy/inside/connect", "launch/proxy/inside/forward"],
  ...[
    "runtimes/js/runtime",
    "runtimes/js/builtin",
    "runtimes/wasm/runtime",
    "runtimes/wasm/loading",
    "runtimes/wasm/http/entry",
  ],
  ...["runtimes/wasm/command/entry"],
  ...["wasi/network/thread/entry", "builders/go/module/tool-process", "builders/typescript/component/guest"],
];

const ofPlugins = ["places/worker/entry", "places/process/entry", "runtimes/js/runtime"];

/**
 * What becomes one file, from what needs nothing to what needs the rest. `import "tenon"` loads all but the last; a thread or
 * process that runs a plugin of JavaScript loads none of what only a host needs.
 *
 * @type {readonly import("./join-chunks.mjs").Group[]}
 */
const groups = [
  { name: "errors", portable: true, of: ["errors/index"] },
  { name: "thrown", of: ["errors/index"] },
  // So little that they must not load what they share with others.
  { of: ["guest/index", "host/settings-entry"] },
  { name: "contracts", portable: true, of: ofPlugins, andOf: ["index"] },
  { name: "plugin", of: ofPlugins, andOf: ["index"] },
  { name: "contracts-of-hosts", portable: true, of: ["index"] },
  { name: "common", of: ["index"], andOf: entries.filter((name) => !["index", "cli/main"].includes(name)) },
  { name: "host", of: ["index"] },
  { name: "connection", of: ["places/worker/entry"], andOf: ["places/process/entry"] },
];

/** Stands for the way from an output file to the folder of all: known only when esbuild has decided what goes where. */
const ownRoot = "tenon-own-root";

/** Stands for `import.meta.url` while a module is rewritten, so that the same words in a string stay as they are. */
const ownUrl = "tenonOwnUrl";

/**
 * Keeps `import.meta.url` of a module in a chunk as it is without chunks, so that the module finds the files beside it.
 *
 * @type {import("esbuild").Plugin}
 */
const ownPlaces = {
  name: "own-places",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(compiled + sep)) return undefined;
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      const { code } = await transform(text, { define: { "import.meta.url": ownUrl }, target: "node20" });
      const name = JSON.stringify(`${ownRoot}/${relative(compiled, path).replaceAll(sep, "/")}`);
      // A bundler of a host may leave it undefined, and webpack takes `new URL("…", import.meta.url)` for an asset.
      const place = `((url) => url && new URL(${name}, url).href)(import.meta.url)`;
      return { contents: code.replaceAll(ownUrl, place), loader: "js" };
    });
  },
};

await rm(output, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: Object.fromEntries(entries.map((name) => [name, join(compiled, `${name}.js`)])),
  outdir: output,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: false,
  metafile: true,
  plugins: [ownPlaces],
  logLevel: "warning",
});
// esbuild keeps the order in which chunks run by imports without names. None of them does anything when it runs, and other
// bundlers warn of such imports in a package without side effects. It also writes above each module which one it is.
for (const path of Object.keys(metafile.outputs).filter((name) => name.endsWith(".js"))) {
  const text = await readFile(path, "utf8");
  const root = relative(dirname(path), output).replaceAll(sep, "/") || ".";
  await writeFile(path, text.replaceAll(/^(?:import "\.[^"]+";|\/\/ dist\/\S+)\n/gm, "").replaceAll(ownRoot, root));
}
const files = await joinChunks(output, metafile.outputs, groups);
const bytes = await removeWhitespace();
await copyTypes();
console.log(`bundle: ${files} files, ${(bytes / 1024).toFixed(0)} KiB`);

/**
 * Removes indentation and the like, which is a fifth of the bundle. Names stay, and lines stay short, so that stack traces and
 * profiles can be read.
 */
async function removeWhitespace() {
  let bytes = 0;
  for (const path of await readdir(output, { recursive: true })) {
    if (!path.endsWith(".js")) continue;
    const file = join(output, path);
    const { code } = await transform(await readFile(file, "utf8"), {
      format: "esm",
      target: "node20",
      minifyWhitespace: true,
      lineLimit: 160,
    });
    bytes += Buffer.byteLength(code);
    await writeFile(file, code);
  }
  return bytes;
}

/**
 * Copies the declarations that the package's exports reach beside the code that they declare. The compiler indents types that it
 * infers by four spaces a level, up to twenty levels deep: tabs are a quarter of that.
 */
async function copyTypes() {
  const { exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const waiting = Object.values(exports).flatMap((target) =>
    typeof target === "object" ? [join(compiled, target.types.replace("./bundle/", ""))] : [],
  );
  const copied = new Set();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (copied.has(file)) continue;
    copied.add(file);
    const text = await readFile(file, "utf8");
    for (const [, from] of text.matchAll(/(?:\bfrom|\bimport\()\s*"(\.[^"]+)\.js"/g))
      if (from !== undefined) waiting.push(`${join(dirname(file), from)}.d.ts`);
    const target = join(output, relative(compiled, file));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(
      target,
      text.replaceAll(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4)),
    );
  }
}
