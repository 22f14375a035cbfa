/** Runs a WASI command: `node program.mjs FILE FOLDER ENVIRONMENT NAME [ARGUMENT...]`. The folder may be written, as `/tmp` and by its own name. */
import { readFileSync, writeSync } from "node:fs";
import { createCapabilities, createPreview1, WasiExit } from "../../tenon/dist/wasi/index.js";

const [file, folder, environment, name, ...words] = process.argv.slice(2);
const grant = { path: folder, write: true };
const capabilities = createCapabilities({
  name,
  grants: {
    arguments: words,
    folders: { [folder]: grant, "/tmp": grant },
    environment: { PWD: folder, TMPDIR: "/tmp", ...JSON.parse(environment) },
  },
  log() {},
  output: (stream, bytes) => void writeSync(stream === "stdout" ? 1 : 2, bytes),
});
const preview1 = createPreview1(capabilities);
try {
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: preview1.imports });
  preview1.bind(instance.exports.memory);
  instance.exports._start();
} catch (thrown) {
  if (!(thrown instanceof WasiExit)) throw thrown;
  process.exitCode = thrown.code;
}
