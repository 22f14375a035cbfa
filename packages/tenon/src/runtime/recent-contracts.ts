import type { Contract } from "../contract/core.js";

/** How many contracts are kept, and how long the text of one may be. */
const most = 32;
const longest = 200_000;

const recent = new Map<string, Contract>();

/**
 * Reads a contract from text, or returns the one that was read from the same text before. A contract does not change, so
 * that what was computed for it serves everybody who reads it again: a plugin is checked, built and opened from one text.
 */
export function readRecent(text: string, read: () => Contract): Contract {
  const known = recent.get(text);
  const contract = known ?? read();
  if (text.length > longest) return contract;
  recent.delete(text);
  recent.set(text, contract);
  const [oldest] = recent.keys();
  if (recent.size > most && oldest !== undefined) recent.delete(oldest);
  return contract;
}
