/**
 * Runs a WASI command: `node program.mjs FILE FOLDER TREE ENVIRONMENT NAME [ARGUMENT...]`. The folder is writable, as `/tmp` and
 * under its own name. Go's source tree is readable at the path that `runtime.GOROOT` returns. All output is one stream, as in Go's
 * own runner, so that its order can be compared.
 */
import { readFileSync, writeSync } from "node:fs";
import { createCapabilities, createPreview1, WasiExit } from "../../tenon/dist/wasi/index.js";

const [file = "", folder = "", tree = "", environment = "", name = "", ...words] = process.argv.slice(2);
const grant = { path: folder, write: true };
const capabilities = createCapabilities({
  name,
  settings: { arguments: words },
  grants: {
    folders: { [folder]: grant, "/tmp": grant, "/go": tree },
    environment: { PATH: "/bin", PWD: folder, TMPDIR: "/tmp", ...JSON.parse(environment) },
  },
  log() {},
  output: (_stream, bytes) => void writeSync(1, bytes),
});
const preview1 = createPreview1(capabilities);
try {
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: preview1.imports });
  const { memory, _start } = /** @type {{ memory: WebAssembly.Memory; _start: () => void }} */ (
    /** @type {unknown} */ (instance.exports)
  );
  preview1.bind(memory);
  _start();
} catch (thrown) {
  if (!(thrown instanceof WasiExit)) throw thrown;
  process.exitCode = thrown.code;
}
