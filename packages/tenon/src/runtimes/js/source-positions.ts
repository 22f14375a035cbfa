import { fileURLToPath } from "node:url";
import type * as TraceMapping from "@jridgewell/trace-mapping";
import { ownRequire } from "../../runtime/own-package.js";
import type { Script } from "../../runtime/script.js";

/** Maps positions in a script to the plugin's own files. Reads the source map on first use. */
export class SourcePositions {
  readonly #script: Script;
  #map: TraceMapping.TraceMap | undefined;

  constructor(script: Script) {
    this.#script = script;
  }

  /**
   * Returns `file:line:column` in the plugin's own files, or `undefined` for code that the bundler added.
   *
   * @param line Counts from 1, as does `column`.
   */
  original(line: number, column: number): string | undefined {
    const { TraceMap, originalPositionFor } = ownRequire("@jridgewell/trace-mapping") as typeof TraceMapping;
    this.#map ??= new TraceMap(sourceMapOf(this.#script.code));
    const found = originalPositionFor(this.#map, { line, column: column - 1 });
    if (found.source === null) return undefined;
    const shift = found.line === 1 ? (this.#script.shifts[found.source] ?? 0) : 0;
    return `${fileURLToPath(found.source)}:${found.line}:${Math.max(0, found.column - shift) + 1}`;
  }
}

function sourceMapOf(code: string): string {
  const comment = code.lastIndexOf("//# sourceMappingURL=");
  return Buffer.from(code.slice(code.indexOf(",", comment) + 1), "base64").toString("utf8");
}
