import type { Type } from "../../contract/index.js";
import { valueJson } from "./value-json.js";

/** Returns a value for people: text as it is, everything else as JSON, on one line if it fits. */
export async function valueText(type: Type | undefined, value: unknown, width: number): Promise<string> {
  const json = await valueJson(type, value);
  if (typeof json === "string") return json;
  const line = spaced(json);
  return line.length <= width ? line : JSON.stringify(json, null, 2);
}

/** Returns JSON on one line, with spaces between the items. */
function spaced(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(spaced).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const fields = Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}: ${spaced(value)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
