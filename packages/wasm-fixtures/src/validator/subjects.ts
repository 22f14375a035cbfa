import { readComponent } from "../../../tenon/src/binary/component/index.js";
import { encodeComponent } from "../../../tenon/src/binary/testing/component-encoder.mjs";
import { type FixtureName, fixture, fixtureMissing } from "../fixture.js";
import type { Subject } from "./agreement.js";
import { stubbed } from "./stub-modules.js";
import type { Wasmparser } from "./wasmparser.js";

const names: readonly FixtureName[] = [
  "calls",
  "resources",
  "everything",
  "reflection",
  "asynchronous",
  "composed",
  "encodings",
];

/**
 * Returns the fixtures whose toolchain is installed, with stubs for their code.
 *
 * @throws an Error if either validator rejects one before it is changed.
 */
export async function subjects(parser: Wasmparser): Promise<Subject[]> {
  const found: Subject[] = [];
  for (const name of names) {
    if (fixtureMissing(name) !== undefined) continue;
    const component = stubbed(await fixture(name));
    const bytes = encodeComponent(component);
    readComponent(bytes);
    const { valid, reason } = await parser.ask(bytes);
    if (!valid) throw new Error(`wasmparser rejects the unchanged ${name}: ${reason}`);
    found.push({ name, component, bytes });
  }
  return found;
}
