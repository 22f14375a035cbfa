import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Consumer, createConsumer, packageFolder } from "./fixtures/consumer.mjs";

let consumer: Consumer;
let program: string;
beforeAll(async () => {
  consumer = await createConsumer();
  const { exports } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  program = entries.map((name, at) => `export * as entry${at} from "tenon${name.slice(1)}";\n`).join("");
});
afterAll(() => consumer.remove());

test.each([[["es2022"]], [["es2022", "dom"]]])(
  "the package's declarations compile as they are, with lib %s",
  async (lib) => {
    expect(await consumer.compile(program, { lib, skipLibCheck: false })).toBe("");
  },
);
