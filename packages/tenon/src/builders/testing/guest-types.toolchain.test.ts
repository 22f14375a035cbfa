import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, t } from "tenon";
import { contractToWit } from "tenon/contract";
import { afterAll, beforeAll, describe, expect } from "vitest";

const mode = t.enum("mode", ["on", "off"], { open: true });
const data = contract("test:data@1.0.0", {
  imports: { seen: t.func([["value", t.json]], t.map(t.string, mode)) },
  exports: {
    counts: t.func([["given", t.map(t.string, t.u32)]], t.map(t.string, t.u32)),
    twice: t.func([], t.map(t.string, t.u32)),
    echo: t.func([["value", t.json]], t.json),
    text: t.func([["text", t.string]], t.json),
    mode: t.func([["mode", mode]], mode),
    asked: t.func([["value", t.json]], t.u32),
  },
});

const sources = {
  go: {
    needed: missing.go(),
    file: "plugin.go",
    text: `package main

type Plugin struct{}

func (Plugin) Counts(given []Tuple2[string, uint32]) []Tuple2[string, uint32] {
	for i := range given {
		given[i].F1++
	}
	return given
}

func (Plugin) Twice() []Tuple2[string, uint32] {
	return []Tuple2[string, uint32]{{F0: "a", F1: 1}, {F0: "a", F1: 2}}
}

func (Plugin) Echo(value string) string { return value }
func (Plugin) Text(text string) string  { return text }

func (Plugin) Mode(mode Mode) Mode {
	switch m := mode.(type) {
	case ModeUnrecognized:
		return ModeUnrecognized{m.Value + 1}
	case ModeOn:
		return ModeOff{}
	}
	return ModeOn{}
}

func (Plugin) Asked(value string) uint32 { return uint32(len(Host.Seen(value))) }
`,
  },
  c: {
    needed: missing.c(),
    file: "plugin.c",
    text: `#include "plugin.h"
ListOfTupleOfStringAndU32 plugin_counts(ListOfTupleOfStringAndU32 given) {
  for (size_t i = 0; i < given.count; i++) given.items[i].f1++;
  return given;
}
ListOfTupleOfStringAndU32 plugin_twice(void) {
  static TupleOfStringAndU32 items[2];
  items[0] = (TupleOfStringAndU32){tenon_text("a"), 1};
  items[1] = (TupleOfStringAndU32){tenon_text("a"), 2};
  return (ListOfTupleOfStringAndU32){items, 2};
}
TenonString plugin_echo(TenonString value) { return value; }
TenonString plugin_text(TenonString text) { return text; }
Mode plugin_mode(Mode mode) {
  if (mode.tag == MODE_UNRECOGNIZED) return (Mode){.tag = MODE_UNRECOGNIZED, .unrecognized = mode.unrecognized + 1};
  return (Mode){.tag = mode.tag == MODE_ON ? MODE_OFF : MODE_ON};
}
uint32_t plugin_asked(TenonString value) { return host_seen(value).count; }
`,
  },
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-guest-types-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(language: keyof typeof sources): Promise<string> {
  const plugin = join(folder, language);
  await mkdir(plugin, { recursive: true });
  await writeFile(join(plugin, "plugin.wit"), contractToWit(data));
  await writeFile(join(plugin, sources[language].file), sources[language].text);
  return plugin;
}

describe.each(["go", "c"] as const)("a guest in %s", (language) => {
  needs(sources[language].needed).test("exchanges maps, JSON values and open enums", { timeout: 240_000 }, async () => {
    await using host = createHost();
    const asked: unknown[] = [];
    const plugin = await host.open(await written(language), data, {
      limits: { load: 60_000 },
      imports: {
        seen(value) {
          asked.push(value);
          return new Map<string, "on" | "off" | number>([
            ["a", "on"],
            ["b", 77],
          ]);
        },
      },
    });
    const { exports } = plugin;
    expect(
      await exports.counts(
        new Map([
          ["a", 1],
          ["b", 41],
        ]),
      ),
    ).toEqual(
      new Map([
        ["a", 2],
        ["b", 42],
      ]),
    );
    const value = { list: [1, "two", null, { deep: true }], "\u00e9": -1.5 };
    expect(await exports.echo(value)).toEqual(value);
    expect(await exports.mode("on")).toBe("off");
    expect(await exports.mode(41)).toBe(42);
    expect(await exports.asked([1, { a: "b" }])).toBe(2);
    expect(asked).toEqual([[1, { a: "b" }]]);
    // What the guest returns is checked, and the instance goes on.
    const twice = await failureOf(exports.twice());
    expect([twice.code, twice.message]).toEqual([
      "TENON_VALUE_TYPE",
      'twice(): a map from the plugin has the key "a" twice',
    ]);
    for (const text of ["{", '{"a":1,"a":2}', "9007199254740993"])
      expect((await failureOf(exports.text(text))).code).toBe("TENON_JSON_INVALID");
    expect((await failureOf(exports.text("[".repeat(300) + "]".repeat(300)))).code).toBe("TENON_JSON_TOO_LARGE");
    expect(await exports.text("[1]")).toEqual([1]);
  });

  needs(sources[language].needed).test(
    "is refused with what to use instead if its contract has a recursive type",
    { timeout: 240_000 },
    async () => {
      const plugin = join(folder, `${language}-recursive`);
      await mkdir(plugin);
      const tree = t.recursive((self) => t.record("tree", { kids: t.list(self) }));
      const trees = contract("test:trees@1.0.0", { exports: { grow: t.func([["tree", tree]], tree) } });
      await writeFile(join(plugin, "plugin.wit"), contractToWit(trees));
      await writeFile(join(plugin, sources[language].file), sources[language].text);
      await using host = createHost();
      const { findings } = await host.check(plugin, trees);
      expect(findings.map(({ code, message }) => [code, message])).toEqual([
        [
          "TENON_CONTRACT_UNSUPPORTED",
          'contract test:trees@1.0.0: grow() uses the recursive type "tree", which WebAssembly plugins cannot exchange',
        ],
      ]);
      expect((await failureOf(host.open(plugin, trees))).code).toBe("TENON_CONTRACT_UNSUPPORTED");
    },
  );
});
