import { readComponent } from "../binary/component/index.js";
import type { Binary } from "../binary/index.js";
import { type Contract, contractFromJson, contractFromWit, contractToWit } from "../contract/index.js";
import { anyFolder } from "../runtime/entry-rules.js";
import { readManifest } from "../runtime/read-manifest.js";
import { contractOfComponent, contractOfComponentType } from "./component-contract.js";
import type { CarriedContract } from "./inspection.js";
import type { Program } from "./read-program.js";

const sectionName = "tenon:contract";
const noteOwner = "Tenon";

/**
 * Returns the contract that belongs to a program: embedded as WIT or JSON (a custom section `tenon:contract` in WebAssembly,
 * a note with the owner `Tenon` in ELF), in a file next to it, in the types of a WebAssembly component, or in the section
 * `component-type…` that binding generators leave in core modules.
 *
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED, TENON_MANIFEST_INVALID,
 * TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED
 */
export async function contractOfProgram(program: Program, binary: Binary): Promise<CarriedContract | undefined> {
  const inside = insideOf(binary);
  if (inside !== undefined) return carried(contractFrom(inside.text), inside.source);
  const { contract, source } = await readManifest(
    { path: program.path, kind: "file", given: program.given },
    anyFolder,
  );
  if (contract !== undefined) return carried(contract, source ?? "a .wit file next to the program");
  return inTypes(binary);
}

function inTypes(binary: Binary): CarriedContract | undefined {
  if (binary.format === "wasm-component")
    return carried(
      contractOfComponent(readComponent(binary.file.bytes).type, { without: belongsToRuntime }),
      "its types",
    );
  if (binary.format !== "wasm-module") return undefined;
  const section = binary.file.sections.find(({ name }) => name?.startsWith("component-type") === true);
  if (section === undefined) return undefined;
  const content = binary.file.bytes.subarray(section.offset, section.offset + section.size);
  return carried(contractOfComponentType(content, { without: belongsToRuntime }), "its section component-type");
}

/** Whether an interface belongs to the runtime: every host provides or uses it. */
function belongsToRuntime(name: string, side: "import" | "export"): boolean {
  return name.startsWith("tenon:guest/") || (side === "import" && name.startsWith("wasi:"));
}

function insideOf(binary: Binary): { text: string; source: string } | undefined {
  if (binary.format === "elf") {
    const note = binary.file.notes.find(({ owner }) => owner === noteOwner);
    return note && { text: textOf(note.description), source: `its note with the owner ${noteOwner}` };
  }
  if (binary.format !== "wasm-module" && binary.format !== "wasm-component") return undefined;
  const section = binary.file.customSection(sectionName);
  return section && { text: textOf(section), source: `its section ${sectionName}` };
}

/** Decodes text. A note may be padded with NUL bytes. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, "");
}

function contractFrom(text: string): Contract {
  return text.trimStart().startsWith("{") ? contractFromJson(text) : contractFromWit(text);
}

function carried(contract: Contract, source: string): CarriedContract {
  return { id: contract.id, wit: contractToWit(contract), source };
}
