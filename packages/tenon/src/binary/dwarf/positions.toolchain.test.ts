import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs, times } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { Random } from "../testing/fuzz/random.mjs";
import { sectionIds, WasmModule } from "../wasm/index.js";
import { findPositions, type Position } from "./positions.js";
import type { FindDwarfSection } from "./sections.js";

const addressesAtOnce = 32;

const c = `typedef unsigned number;
static inline number square(number value) { return value * value; }
static inline number sum(const number *list, number count) {
  number total = 0;
  for (number at = 0; at < count; at++)
    total += list[at] > 3 ? square(list[at]) : list[at] / count;
  return total;
}
static number unused(number value) { return value; }
__attribute__((noinline)) static number deep(number depth) { return depth == 0 ? 1 : deep(depth - 1) + sum(&depth, 1); }
__attribute__((export_name("run"))) number run(number count) {
  number list[8] = {1, 2, 3, 4, 5, 6, 7, count};
  return sum(list, count) + deep(count);
}
`;
const rust = `#[inline(always)]
fn largest(list: &[u32]) -> u32 {
    list.iter().map(|each| each.wrapping_mul(3)).max().unwrap()
}
#[no_mangle]
pub extern "C" fn run(count: u32) -> u32 {
    let list: Vec<u32> = (0..count).collect();
    largest(&list) + u32::from_str_radix("12", count).unwrap()
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-dwarf-"));
  writeFileSync(join(folder, "lib.c"), c);
  writeFileSync(join(folder, "lib.rs"), rust);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function builtFromC(...flags: readonly string[]): WasmModule {
  const target = ["--target=wasm32-unknown-unknown", "-nostdlib", "-Wl,--no-entry", "-Wno-unused-function"];
  return built("clang", [...target, ...flags, "lib.c", "-o", "lib.wasm"]);
}

function builtFromRust(...flags: readonly string[]): WasmModule {
  const target = ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "-O"];
  return built("rustc", [...target, ...flags, "lib.rs", "-o", "lib.wasm"]);
}

function built(command: string, words: readonly string[]): WasmModule {
  execFileSync(command, words, { cwd: folder, stdio: "pipe" });
  return new WasmModule(readFileSync(join(folder, "lib.wasm")));
}

function finder(module: WasmModule, change: (content: Uint8Array) => Uint8Array = (same) => same): FindDwarfSection {
  const sections = new Map<string, ByteReader | undefined>();
  return (name) => {
    if (!sections.has(name)) {
      const content = module.customSection(`.debug_${name}`);
      sections.set(name, content === undefined ? undefined : new ByteReader(change(content)));
    }
    return sections.get(name);
  };
}

function addressesOf(module: WasmModule, step: number): number[] {
  const { size } = module.sections.find(({ id }) => id === sectionIds.code)!;
  return Array.from({ length: Math.floor((size - 2) / step) }, (_, index) => 2 + index * step);
}

function positionsOf(find: FindDwarfSection, addresses: readonly number[]): Map<number, readonly Position[]> {
  const found = new Map<number, readonly Position[]>();
  for (let at = 0; at < addresses.length; at += addressesAtOnce)
    for (const [address, positions] of findPositions(find, addresses.slice(at, at + addressesAtOnce)))
      found.set(address, positions);
  return found;
}

/** What LLVM's own reader finds at the addresses. */
function symbolized(addresses: readonly number[]): string[] {
  const words = ["--obj=lib.wasm", "--inlines", "--no-demangle"];
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join("");
  const output = execFileSync("llvm-symbolizer", words, { cwd: folder, input, encoding: "utf8", maxBuffer: 2 ** 28 });
  return output.trimEnd().split(/\n\n+/).map(normalised);
}

/** LLVM leaves in a path what leads nowhere. */
function normalised(text: string): string {
  const short = text.replaceAll(/\/(?:\.?\/)+/g, "/").replaceAll(/^(?:\.\/)+/gm, "");
  const shorter = short.replaceAll(/\/[^/\n]+\/\.\.\//g, "/");
  return shorter === text ? text : normalised(shorter);
}

const shown = (positions: readonly Position[]) =>
  positions
    .map(({ name, file, line, column }) => `${name ?? "??"}\n${file ?? "??"}:${line ?? 0}:${column ?? 0}`)
    .join("\n");

const comparing = needs(missing.c() ?? missing.program("llvm-symbolizer"));

comparing.describe("every address of a module is where LLVM says", { timeout: 60_000 }, () => {
  comparing.test.each([
    ["-gdwarf-2", "-O2"],
    ["-gdwarf-3", "-O1"],
    ["-gdwarf-4", "-O0"],
    ["-gdwarf-4", "-O2"],
    ["-gdwarf-5", "-O0"],
    ["-gdwarf-5", "-O2"],
    ["-gdwarf-5", "-Os"],
  ])("C: %s %s", (...flags) => {
    compare(builtFromC(...flags), 1);
  });

  needs(missing.rust("wasm32-unknown-unknown")).test("Rust, with its standard library", () => {
    compare(builtFromRust("-g"), 29);
  });

  function compare(module: WasmModule, step: number): void {
    const addresses = addressesOf(module, step);
    const expected = symbolized(addresses);
    expect(expected.length).toBe(addresses.length);
    const found = positionsOf(finder(module), addresses);
    const differing = addresses.flatMap((address, index) => {
      const ours = normalised(shown(found.get(address) ?? []));
      const theirs = expected[index]!;
      return ours === theirs || (ours === "" && theirs.endsWith("??:0:0")) ? [] : [{ address, ours, theirs }];
    });
    expect(differing.slice(0, 3)).toEqual([]);
    expect(found.size).toBeGreaterThan(addresses.length / 2);
  }
});

needs(missing.c()).test("damaged debug data of a compiler is read, or refused with a code", { timeout: 60_000 }, () => {
  const outcomes = new Map<string, number>();
  for (const version of [4, 5]) {
    const module = builtFromC(`-gdwarf-${version}`, "-O2");
    const addresses = addressesOf(module, 7).slice(0, addressesAtOnce);
    const random = new Random(version);
    for (let round = times(500); round > 0; round--) {
      // One section at a time: otherwise nothing would be left to read.
      let left = random.below(6);
      const find = finder(module, (content) => {
        if (left-- !== 0) return content;
        const copy = content.slice();
        for (let count = 1 + random.below(3); count > 0; count--) copy[random.below(copy.length)] = random.below(256);
        return copy;
      });
      let outcome = "read";
      try {
        findPositions(find, addresses);
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
        outcome = thrown.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  expect([...outcomes.keys()].sort()).toEqual(["TENON_BINARY_MALFORMED", "read"]);
});
