import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What one part of the campaign found, and when. */
export interface Result {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** The commit that was checked out, with `+` after it if files had been changed since. */
  readonly commit: string;
  readonly node: string;
  readonly seconds: number;
  readonly status: number;
  readonly lines: readonly string[];
}

const file = (id: string): string => fileURLToPath(new URL(`../results/${id}.json`, import.meta.url));

export async function readResult(id: string): Promise<Result | undefined> {
  try {
    return JSON.parse(await readFile(file(id), "utf8")) as Result;
  } catch {
    return undefined;
  }
}

export async function writeResult(result: Result): Promise<void> {
  await writeFile(file(result.id), `${JSON.stringify(result, undefined, 2)}\n`);
}
