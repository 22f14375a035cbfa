import { readComponent } from "../binary/component/index.js";
import type { Binary } from "../binary/index.js";
import { type Contract, contractFromJson, contractFromWit, contractToWit } from "../contract/index.js";
import { readManifest } from "../runtime/read-manifest.js";
import { contractOfComponent, contractOfComponentType } from "./component-contract.js";
import type { CarriedContract } from "./inspection.js";
import type { Program } from "./read-program.js";

const sectionName = "tenon:contract";
const noteOwner = "Tenon";

/**
 * The contract that a program carries: in itself, as WIT text or JSON document (a custom section `tenon:contract` of
 * WebAssembly, a note of the owner `Tenon` in ELF); in a file beside it; or in the types of a WebAssembly component, and in
 * the section `component-type…` that binding generators leave in core modules.
 *
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED, TENON_MANIFEST_INVALID,
 * TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED
 */
export async function contractOfProgram(program: Program, binary: Binary): Promise<CarriedContract | undefined> {
  const inside = insideOf(binary);
  if (inside !== undefined) return carried(contractFrom(inside.text), inside.source);
  const { contract, source } = await readManifest({ path: program.path, kind: "file", given: program.given });
  if (contract !== undefined) return carried(contract, source ?? "a .wit file beside the program");
  return inTypes(binary);
}

function inTypes(binary: Binary): CarriedContract | undefined {
  if (binary.format === "wasm-component")
    return carried(contractOfComponent(readComponent(binary.file.bytes).type, { without: isRuntimes }), "its types");
  if (binary.format !== "wasm-module") return undefined;
  const section = binary.file.sections.find(({ name }) => name?.startsWith("component-type") === true);
  if (section === undefined) return undefined;
  const content = binary.file.bytes.subarray(section.offset, section.offset + section.size);
  return carried(contractOfComponentType(content, { without: isRuntimes }), "its section component-type");
}

/** What any host offers to WebAssembly, and what it may ask of it. */
function isRuntimes(name: string, side: "import" | "export"): boolean {
  return name.startsWith("tenon:guest/") || (side === "import" && name.startsWith("wasi:"));
}

function insideOf(binary: Binary): { text: string; source: string } | undefined {
  if (binary.format === "elf") {
    const note = binary.file.notes.find(({ owner }) => owner === noteOwner);
    return note && { text: textOf(note.description), source: `its note of the owner ${noteOwner}` };
  }
  if (binary.format !== "wasm-module" && binary.format !== "wasm-component") return undefined;
  const section = binary.file.customSection(sectionName);
  return section && { text: textOf(section), source: `its section ${sectionName}` };
}

/** A note may be padded with NUL bytes. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, "");
}

function contractFrom(text: string): Contract {
  return text.trimStart().startsWith("{") ? contractFromJson(text) : contractFromWit(text);
}

function carried(contract: Contract, source: string): CarriedContract {
  return { id: contract.id, wit: contractToWit(contract), source };
}
