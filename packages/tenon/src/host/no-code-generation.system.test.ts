import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const tenon = pathToFileURL(join(import.meta.dirname, "../../bundle/index.js")).href;
const program = `
import { contract, createHost, open, t } from ${JSON.stringify(tenon)};
const seen = [];
const caught = (error) => error.code ?? String(error);
const person = t.record("person", { name: t.string, age: t.option(t.u8) });
const kit = contract("test:kit@1.0.0", {
  exports: { greet: t.func([["name", t.string]], t.string), same: t.func([["people", t.list(person)]], t.list(person)) },
});
for (const place of ["inline", "worker", "process"]) {
  const host = createHost();
  const plugin = await host.open("kit.mjs", kit, { place, limits: { bytes: 1000 } });
  const people = await plugin.exports.same([{ name: "Ada", age: 36 }, { name: "Eve" }]);
  const point = host.point(kit);
  point.add(plugin);
  seen.push([
    place,
    await plugin.exports.greet("Ada"),
    plugin.exports.greet.length,
    people.map(({ name, age }) => [name, age ?? null]),
    await plugin.exports.greet(7).catch(caught),
    await plugin.exports.greet("x".repeat(2000)).catch(caught),
    place === "process" ? "Hello, Ada!" : plugin.sync.greet("Ada"),
    await point.series.greet("Eve"),
    await point.waterfall.same([]),
    await point.parallel.greet().catch(caught),
  ]);
  await host.close();
}
seen.push(["wasm", await open("add.wasm", undefined, { place: "inline" }).catch(caught)]);
const added = await open("add.wasm", undefined, { place: "process" });
seen.push(["wasm in a process", await added.exports.add(1, 2)]);
await added.close();
const set = await open("set", undefined, { settings: { size: 1 } });
seen.push(["settings", await set.exports.a(), await open("set", undefined, { settings: { size: "x" } }).catch(caught)]);
await set.close();
console.log(JSON.stringify(seen));
process.exit();
`;
// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
const add = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1,
  7, 0, 32, 0, 32, 1, 106, 11,
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-code-"));
  await writeFile(join(folder, "program.mjs"), program);
  await writeFile(
    join(folder, "kit.mjs"),
    'export const greet = (name) => "Hello, " + name + "!"; export const same = (people) => people;',
  );
  await writeFile(join(folder, "add.wasm"), new Uint8Array(add));
  await writeFile(join(folder, "add.wit"), "package test:add; world add { export add: func(a: s32, b: s32) -> s32; }");
  await mkdir(join(folder, "set"));
  await writeFile(
    join(folder, "set", "index.mjs"),
    "let more; export const activate = ({ settings }) => { more = settings.more; }; export const a = () => more;",
  );
  await writeFile(join(folder, "set", "plugin.wit"), "package test:set; world set { export a: func() -> u8; }");
  await writeFile(
    join(folder, "set", "tenon.json"),
    JSON.stringify({ settings: { type: "object", properties: { size: { type: "number" }, more: { default: 7 } } } }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a host that may not generate code from strings calls JavaScript plugins as others do, and refuses the rest with a code", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disallow-code-generation-from-strings", "program.mjs"],
    { cwd: folder },
  );
  const people = [
    ["Ada", 36],
    ["Eve", null],
  ];
  const of = (place: string) => [
    place,
    "Hello, Ada!",
    1,
    people,
    "TENON_VALUE_TYPE",
    "TENON_CALL_TOO_LARGE",
    "Hello, Ada!",
    ["Hello, Eve!"],
    [],
    "TENON_VALUE_TYPE",
  ];
  expect(JSON.parse(stdout)).toEqual([
    of("inline"),
    of("worker"),
    of("process"),
    ["wasm", "TENON_CODE_GENERATION"],
    ["wasm in a process", 3],
    ["settings", 7, "TENON_SETTINGS_INVALID"],
  ]);
});
