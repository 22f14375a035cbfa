/**
 * Bundles the compiled files into a few. A host, the command line and every thread load about a hundred small modules, and
 * loading them one by one would be most of their start-up time. Each entry keeps its path; what several entries share goes
 * into chunks, so that every module still exists once.
 */
import { readFile, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const compiled = join(root, "dist");
const output = join(root, "bundle");

/** Files that are loaded by their path: the package's exports, the command line, and the entries of threads and processes. */
const entries = [
  ...["index", "contract/index", "errors/index", "runtime/index", "rpc/index", "guest/index", "testing/index"],
  ...["go/index", "http/index", "cli/main"],
  ...["places/worker/entry", "places/process/entry"],
  ...["runtimes/js/runtime", "runtimes/js/builtin", "runtimes/wasm/runtime", "runtimes/wasm/http/entry"],
  ...["wasi/network/entry", "builders/go/module/tool-process"],
];

/** Keeps `import.meta.url` of a module in a chunk as it is without chunks, so that the module finds the files beside it. */
const ownPlaces = {
  name: "own-places",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(compiled + sep)) return undefined;
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      const place = `new URL(${JSON.stringify(`../${relative(compiled, path).replaceAll(sep, "/")}`)}, import.meta.url).href`;
      return { contents: text.replaceAll(/(?<!")\bimport\.meta\.url\b/g, place), loader: "js" };
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
const sizes = Object.values(metafile.outputs).map(({ bytes }) => bytes);
console.log(`bundle: ${sizes.length} files, ${(sizes.reduce((sum, bytes) => sum + bytes, 0) / 1024).toFixed(0)} KiB`);
