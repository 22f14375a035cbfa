import { fileURLToPath } from "node:url";
import type * as TraceMapping from "@jridgewell/trace-mapping";
import { ownRequire } from "../../runtime/own-package.js";
import { type Mapped, sourceMapOf } from "../../runtime/script.js";

/** The map that was used last: read into objects, a map is many times as large as the script. */
let latest: { readonly script: Mapped; readonly map: TraceMapping.TraceMap } | undefined;

/** Maps positions in a script to the plugin's own files. */
export class SourcePositions {
  readonly #script: Mapped;

  constructor(script: Mapped) {
    this.#script = script;
  }

  /**
   * Returns `file:line:column` in the plugin's own files, or `undefined` for code that the bundler added.
   *
   * @param line Counts from 1, as does `column`.
   */
  original(line: number, column: number): string | undefined {
    const { TraceMap, originalPositionFor } = ownRequire("@jridgewell/trace-mapping") as typeof TraceMapping;
    if (latest?.script !== this.#script)
      latest = { script: this.#script, map: new TraceMap(sourceMapOf(this.#script)) };
    const found = originalPositionFor(latest.map, { line, column: column - 1 });
    if (found.source === null) return undefined;
    const shift = found.line === 1 ? (this.#script.shifts[found.source] ?? 0) : 0;
    return `${fileURLToPath(found.source)}:${found.line}:${Math.max(0, found.column - shift) + 1}`;
  }
}
