import type { Binary } from "../binary/index.js";
import { type Contract, contractFromJson, contractFromWit, contractToWit } from "../contract/index.js";
import { readManifest } from "../runtime/read-manifest.js";
import type { CarriedContract } from "./inspection.js";
import type { Program } from "./read-program.js";

const sectionName = "tenon:contract";
const noteOwner = "Tenon";

/**
 * The contract that a program carries: in itself (a custom section `tenon:contract` of WebAssembly, a note of the owner
 * `Tenon` in ELF; as WIT text or JSON document), or in a file beside it.
 *
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_MANIFEST_INVALID
 */
export async function contractOfProgram(program: Program, binary: Binary): Promise<CarriedContract | undefined> {
  const inside = insideOf(binary);
  if (inside !== undefined) return carried(contractFrom(inside.text), inside.source);
  const { contract, source } = await readManifest({ path: program.path, kind: "file", given: program.given });
  return contract === undefined ? undefined : carried(contract, source ?? "a .wit file beside the program");
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
