import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contractFromWit, contractsEqual } from "../../contract/index.js";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { contractsFolder, scratchFolder } from "../fixtures/start-cli.mjs";

const contract = (name: string) => join(contractsFolder, name);
const greeter = contract("greeter.wit");

test("convert runs a module to get its contract", async () => {
  const { document } = await runJson(["contract", "convert", contract("greeter.mts"), "--to", "wit"]);
  expect(document).toMatchObject({ contract: "test:greeter@1.0.0", format: "wit" });
  expect(contractsEqual(contractFromWit(document.text), contractFromWit(readFileSync(greeter, "utf8")))).toBe(true);
});

test("diff chooses a contract of each module", async () => {
  const two = contract("two.mjs");
  const same = ["contract", "diff", two, two, "--host-world", "first", "--plugin-world"];
  expect((await runJson([...same, "first"])).document.verdict).toBe("fits");
  expect((await runJson([...same, "second"])).document.verdict).toBe("breaks");
});

test("the fingerprint does not depend on the format", async () => {
  const print = async (name: string) => (await runCli(["contract", "fingerprint", contract(name)])).stdout;
  expect(await print("greeter.mts")).toBe(await print("greeter.wit"));
});

test.each(["plugin", "host"])("the contracts of a new %s are equal", async (kind) => {
  const made = join(scratchFolder(), "made");
  await runCli(["new", kind, made]);
  const print = async (file: string) => (await runCli(["contract", "fingerprint", join(made, file)])).stdout;
  expect(await print("contract.ts")).toBe(await print("contract.wit"));
  const { stdout } = await runCli(["contract", "convert", join(made, "contract.ts"), "--to", "wit"]);
  expect(stdout).toContain("/// Greets a person by name.");
});
