import { fileURLToPath } from "node:url";
import { createGoModuleBuilder } from "../../../tenon/dist/builders/go/module/index.js";
import { readArtifact } from "../../../tenon/dist/runtime/read-artifact.js";
import { rawInstance } from "./raw-instance.mjs";

const folder = fileURLToPath(new URL("../../../../guest/go/template/", import.meta.url));
const rounds = 31;

/** Whether a snapshot would help: the time to start an instance, compared with copying the memory that a snapshot would restore. */
export async function measureSnapshot() {
  const { bytes } = await createGoModuleBuilder().build(await readArtifact(folder));
  const module = new WebAssembly.Module(bytes);
  const started = [];
  const copied = [];
  let size = 0;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const { memory } = rawInstance(module);
    started.push(performance.now() - begun);
    size = memory.buffer.byteLength;
    const copying = performance.now();
    const fresh = new WebAssembly.Memory({ initial: size / 65536 });
    new Uint8Array(fresh.buffer).set(new Uint8Array(memory.buffer));
    copied.push(performance.now() - copying);
  }
  /** @param {number[]} times */
  const median = (times) => times.sort((one, other) => one - other)[Math.floor(rounds / 2)]?.toFixed(2);
  return [
    `instantiate and initialise: ${median(started)} ms; copy its memory of ${(size / 2 ** 20).toFixed(1)} MiB: ${median(copied)} ms (medians of ${rounds})`,
  ];
}
