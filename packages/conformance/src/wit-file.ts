import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { contractToWit } from "tenon/contract";
import { kitchenSink } from "tenon/testing";

/** The kitchen sink's contract, as plugins in other languages are written against it. */
export const witFile = fileURLToPath(new URL("../fixtures/js/kitchen-sink.wit", import.meta.url));

export const witText = contractToWit(kitchenSink);

/** Writes the contract's text beside the fixtures, unless it is there as it should be. */
export async function writeWitFile(): Promise<void> {
  const present = await readFile(witFile, "utf8").catch(() => undefined);
  if (present !== witText) await writeFile(witFile, witText);
}
