import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "tenon";
import { expect, test } from "vitest";

test("limits.load counts the time that the host itself spends on a plugin's contract", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tenon-load-"));
  const count = 3000;
  const records = Array.from({ length: count }, (_, n) => `record r${n} { x: u8 } call${n}: func(x: r${n});`);
  await writeFile(
    join(folder, "plugin.wit"),
    `package a:b; interface i { ${records.join("\n")} } world w { export i; }`,
  );
  const functions = Array.from({ length: count }, (_, n) => `call${n}() {}`);
  await writeFile(join(folder, "index.mjs"), `export const i = { ${functions.join(", ")} };`);
  await using host = createHost();
  // Reading so much text takes much longer than a millisecond on every machine.
  await expect(host.open(folder, undefined, { limits: { load: 1 } })).rejects.toMatchObject({
    code: "TENON_LOAD_DEADLINE",
  });
  const plugin = await host.open(folder, undefined, { limits: { load: 0 } });
  expect(plugin.symbols()).toHaveLength(count);
  await rm(folder, { recursive: true });
});
