import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { witFiles } from "./wit-file.js";

test("the contracts next to the fixtures are those of the suite", async () => {
  for (const [file, text] of Object.entries(witFiles)) expect(await readFile(file, "utf8")).toBe(text);
});
