import { Once } from "../bytes/once.js";
import {
  type ComponentExport,
  type ComponentImport,
  readComponentExports,
  readComponentImports,
} from "./component-externals.js";
import { WasmCursor } from "./cursor.js";
import { type Producers, readProducers } from "./custom-sections.js";
import { readSections, type WasmSection } from "./sections.js";
import { type WasiLevel, wasiLevelOf } from "./wasi-level.js";

/** Numbers of a component's sections. Source: Component Model, "Binary Format Explainer", "Component Definitions". */
export const componentSectionIds = {
  custom: 0,
  coreModule: 1,
  coreInstance: 2,
  coreType: 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canonical: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
} as const;

/** A component at its top level: its imports and exports by name, and its nested modules and components. Types are not read. */
export class WasmComponent {
  readonly kind = "component";
  readonly bytes: Uint8Array;
  /** In file order; sections may repeat. */
  readonly sections: readonly WasmSection[];
  readonly #once = new Once();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.sections = readSections(bytes);
  }

  /** @throws TENON_BINARY_MALFORMED */
  get imports(): readonly ComponentImport[] {
    return this.#once.get("imports", () => this.#each(componentSectionIds.import, readComponentImports));
  }

  /** @throws TENON_BINARY_MALFORMED */
  get exports(): readonly ComponentExport[] {
    return this.#once.get("exports", () => this.#each(componentSectionIds.export, readComponentExports));
  }

  /** Views of the core modules directly inside it. */
  get modules(): readonly Uint8Array[] {
    return this.#nested(componentSectionIds.coreModule);
  }

  /** Views of the components directly inside it. */
  get components(): readonly Uint8Array[] {
    return this.#nested(componentSectionIds.component);
  }

  /** Returns the content of the first custom section of a name. */
  customSection(name: string): Uint8Array | undefined {
    const section = this.sections.find((each) => each.name === name);
    return section === undefined ? undefined : this.bytes.subarray(section.offset, section.offset + section.size);
  }

  /** @throws TENON_BINARY_MALFORMED */
  get producers(): Producers | undefined {
    const content = this.customSection("producers");
    return content === undefined ? undefined : readProducers(content);
  }

  /** @throws TENON_BINARY_MALFORMED */
  get wasiLevel(): WasiLevel {
    return wasiLevelOf([...this.imports, ...this.exports].map(({ name }) => name));
  }

  #each<T>(id: number, read: (cursor: WasmCursor) => T[]): T[] {
    return this.sections.flatMap((section) =>
      section.id === id ? read(new WasmCursor(this.bytes, section.offset, section.offset + section.size)) : [],
    );
  }

  #nested(id: number): Uint8Array[] {
    return this.sections
      .filter((section) => section.id === id)
      .map(({ offset, size }) => this.bytes.subarray(offset, offset + size));
  }
}
