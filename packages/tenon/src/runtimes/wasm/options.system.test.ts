import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../../../bundle/index.js";

/**
 * A command that writes to its standard output what it reads from its standard input, then the year of its clock's nanoseconds as
 * eight raw bytes.
 */
const echo = Buffer.from(
  "0061736d01000000" +
    // types: (i32 i32 i32 i32) -> i32; (i32 i64 i32) -> i32; () -> ()
    "01130360047f7f7f7f017f60037f7e7f017f600000" +
    imports([
      ["fd_read", 0],
      ["fd_write", 0],
      ["clock_time_get", 1],
    ]) +
    // functions, memory, exports
    "03020102" +
    "0503010001" +
    "0713" +
    "02" +
    "066d656d6f72790200" +
    "065f73746172740003" +
    code(),
  "hex",
);

function imports(list: [string, number][]): string {
  const module = text("wasi_snapshot_preview1");
  return section(2, leb(list.length) + list.map(([name, type]) => `${module}${text(name)}00${leb(type)}`).join(""));
}

function code(): string {
  const i32 = (value: number) => `41${signed(value)}`;
  const store = (address: number, value: string) => `${i32(address)}${value}360200`;
  const load = (address: number) => `${i32(address)}280200`;
  const body =
    // One buffer of 64 bytes at 64, described at 0; how many were read is at 8.
    store(0, i32(64)) +
    store(4, i32(64)) +
    `${i32(0)}${i32(0)}${i32(1)}${i32(8)}10001a` +
    // The time goes behind what was read: at 64 + n.
    `${i32(0)}4200${i32(64)}${load(8)}6a10021a` +
    store(4, `${load(8)}${i32(8)}6a`) +
    `${i32(1)}${i32(0)}${i32(1)}${i32(8)}10011a`;
  const whole = `00${body}0b`;
  return section(10, `01${leb(whole.length / 2)}${whole}`);
}

function section(id: number, content: string): string {
  return leb(id) + leb(content.length / 2) + content;
}

function text(value: string): string {
  return leb(value.length) + Buffer.from(value).toString("hex");
}

function leb(value: number): string {
  return value < 128
    ? value.toString(16).padStart(2, "0")
    : ((value & 127) | 128).toString(16).padStart(2, "0") + leb(value >>> 7);
}

function signed(value: number): string {
  return value < 64 ? leb(value) : `${((value & 127) | 128).toString(16)}${leb(value >>> 7)}`;
}

function command(manifest?: object): string {
  const folder = mkdtempSync(join(tmpdir(), "tenon-options-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "echo.wasm"), echo);
  if (manifest !== undefined) writeFileSync(join(folder, "echo.tenon.json"), JSON.stringify(manifest));
  return join(folder, "echo.wasm");
}

async function outputOf(exports: any): Promise<Buffer> {
  const { stdout, stderr, exitCode } = await exports.program.start([], (async function* () {})());
  const [output] = await Promise.all([collected(stdout), collected(stderr), exitCode]);
  return output;
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const clock = Date.UTC(2026, 0, 1);
const frozen = Buffer.alloc(8);
frozen.writeBigUInt64LE(BigInt(clock) * 1_000_000n);

test.each(["inline", "worker", "process"] as const)(
  "a command in the place %s has the clock that open() sets",
  async (place) => {
    await using host = createHost();
    const plugin = await host.open(command(), undefined, { place, runtime: { clock } });
    expect((await outputOf(plugin.exports)).toString("hex")).toBe(frozen.toString("hex"));
  },
);

test("input is text or bytes, and a manifest may set it", async () => {
  await using host = createHost();
  const lines: string[] = [];
  host.on("log", ({ line }) => lines.push(line.text));
  const run = async (path: string, runtime?: { input?: string | Uint8Array; clock?: number }) => {
    const plugin = await host.open(path, undefined, { place: "inline", fresh: true, runtime: runtime ?? {} });
    await (plugin.exports as any).run.run();
    await plugin.close();
    return lines.splice(0).join("\n");
  };
  expect(await run(command(), { input: "some text\n" })).toMatch(/^some text\n/);
  expect(await run(command(), { input: Buffer.from("bytes\n") })).toMatch(/^bytes\n/);
  expect(await run(command({ runtime: { input: "from the manifest\n" } }))).toMatch(/^from the manifest\n/);
});

test.each([
  [{ clock: "now" }, /runtime\.clock: expected a number, got/],
  [{ clock: -1 }, /runtime\.clock: expected a number of at least 0/],
  [{ clok: 1 }, /runtime\.clok: is not a known option; did you mean "clock"\?/],
  [{ arguments: "x" }, /runtime\.arguments: expected/],
  [{ input: 7 }, /runtime\.input: expected a string/],
])("open() refuses the option %j", async (runtime, message) => {
  await using host = createHost();
  const error = await host.open(command(), undefined, { runtime }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "TENON_OPTION_INVALID" });
  expect((error as Error).message).toMatch(message);
});

test.each(["clock", "seed", "input", "arguments"])("grants.%s says where it has moved", async (name) => {
  await using host = createHost();
  await expect(host.open(command(), undefined, { grants: { [name]: 1 } as object })).rejects.toMatchObject({
    code: "TENON_OPTION_INVALID",
    message: `grants.${name}: this is no grant, but an option of the runtime`,
    fix: { text: `Pass it as open(…, { runtime: { ${name}: … } }).` },
  });
});
