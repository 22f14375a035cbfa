import { isOwnFile } from "./bundler/resolution.js";
import { type FileStates, unchanged } from "./files/file-state.js";
import type { BuiltScript } from "./script-build.js";

interface Entry {
  readonly built: BuiltScript;
  readonly states: FileStates;
}

const mostEntries = 64;
const mostCharacters = 64 * 1024 * 1024;

/** The last builds, by entry file. The least recently used ones are removed first. */
export class MemoryCache {
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  async get(entry: string): Promise<BuiltScript | undefined> {
    const found = this.#entries.get(entry);
    if (found === undefined) return undefined;
    this.#delete(entry);
    if (!(await unchanged(found.states))) return undefined;
    this.#add(entry, found);
    return found.built;
  }

  set(entry: string, built: BuiltScript, states: FileStates): void {
    this.#add(entry, { built, states: new Map([...states].filter(([path]) => !isOwnFile(path))) });
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= mostCharacters && this.#entries.size <= mostEntries) break;
      this.#delete(oldest);
    }
  }

  #add(entry: string, added: Entry): void {
    this.#delete(entry);
    this.#entries.set(entry, added);
    this.#characters += sizeOf(added);
  }

  #delete(entry: string): void {
    const found = this.#entries.get(entry);
    if (found !== undefined) this.#characters -= sizeOf(found);
    this.#entries.delete(entry);
  }
}

function sizeOf({ built: { script } }: Entry): number {
  return script.code.length + script.map.length;
}
