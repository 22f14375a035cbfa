import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { contractToWit } from "tenon/contract";
import { kitchenSink, olderSink } from "tenon/testing";

const beside = (name: string): string => fileURLToPath(new URL(`../fixtures/js/${name}`, import.meta.url));

/** The contracts that the fixtures carry, by file. Plugins in other languages are written against the kitchen sink's. */
export const witFiles: Readonly<Record<string, string>> = {
  [beside("kitchen-sink.wit")]: contractToWit(kitchenSink),
  [beside("older-contract.wit")]: contractToWit(olderSink),
};

/** Writes the contracts next to the fixtures, unless they are up to date. */
export async function writeWitFiles(): Promise<void> {
  for (const [file, text] of Object.entries(witFiles)) {
    const present = await readFile(file, "utf8").catch(() => undefined);
    if (present !== text) await writeFile(file, text);
  }
}
