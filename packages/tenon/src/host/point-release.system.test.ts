import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { contract, createHost, t } from "tenon";
import { expect, test } from "vitest";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const greeter = contract("test:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });

test("a host keeps a point as long as one of its functions is in use, and no longer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tenon-point-"));
  await writeFile(join(folder, "greeter.mjs"), 'export const greet = (name) => "Hello, " + name;');
  await using host = createHost();
  const plugin = await host.open(join(folder, "greeter.mjs"), greeter);
  const make = () => {
    const point = host.point(greeter);
    point.add(plugin);
    return point;
  };
  const greet = make().series.greet;
  const dropped = Array.from({ length: 100 }, () => new WeakRef(make()));
  for (let round = 0; round < 50 && dropped.some((point) => point.deref() !== undefined); round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(dropped.filter((point) => point.deref() !== undefined)).toHaveLength(0);
  expect(await greet("Ada")).toEqual(["Hello, Ada"]);
  // The point itself is gone, and still its function no longer calls a plugin that was closed.
  await plugin.close();
  expect(await greet("Ada")).toEqual([]);
  await rm(folder, { recursive: true });
});
