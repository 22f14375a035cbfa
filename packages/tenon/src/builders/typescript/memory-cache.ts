import type { BuiltScript } from "../../runtime/script.js";
import { type FileStates, unchanged } from "./file-state.js";
import { isOwnFile } from "./resolution.js";

interface Entry {
  readonly built: BuiltScript;
  readonly states: FileStates;
}

const mostEntries = 64;
const mostCharacters = 64 * 1024 * 1024;

/** The last builds, by entry file. The least recently used ones are removed first. */
export class MemoryCache {
  readonly #entries = new Map<string, Entry>();

  async get(entry: string): Promise<BuiltScript | undefined> {
    const found = this.#entries.get(entry);
    if (found === undefined) return undefined;
    this.#entries.delete(entry);
    if (!(await unchanged(found.states))) return undefined;
    this.#entries.set(entry, found);
    return found.built;
  }

  set(entry: string, built: BuiltScript, states: FileStates): void {
    this.#entries.delete(entry);
    const own = new Map([...states].filter(([path]) => !isOwnFile(path)));
    this.#entries.set(entry, { built, states: own });
    let characters = 0;
    let count = 0;
    for (const [key, { built: kept }] of [...this.#entries].reverse()) {
      characters += kept.script.code.length + kept.script.map.length;
      count += 1;
      if (characters > mostCharacters || count > mostEntries) this.#entries.delete(key);
    }
  }
}
