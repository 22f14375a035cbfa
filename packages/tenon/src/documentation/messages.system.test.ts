/** What the compiler says about wrong plugins and hosts: the first line names the function that is at fault. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Consumer, createConsumer } from "./fixtures/consumer.mjs";

const preamble = `import { contract, open, t } from "tenon";
import { type Context, plugin } from "tenon/guest";
const note = t.record("note", { id: t.u32, title: t.string });
const greeter = contract("demo:greeter@1.0.0", {
  imports: { log: t.func([["message", t.string]]), files: t.interface({ read: t.func([["path", t.string]], t.bytes) }) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    find: t.func([["id", t.u32]], t.option(note)),
    mode: t.func([], t.enum("mode", ["on", "off"])),
    store: t.interface({ put: t.func([["key", t.string]]) }),
  },
});
const rest = { find: () => undefined, mode: () => "on" as const, store: { put: () => {} } };
const files = { read: () => new Uint8Array() };
const wrongImports = { log: (message: number) => {}, files };
`;

const wrongGreet = /^Type '\(name: number\) => string' is not assignable to type 'Implements<"greet", \[string\], /;
const needsMode = /'Needs<"mode", /;

/** What is wrong, the statement, and what the first line of the compiler's message must be. */
const plugins: readonly (readonly [title: string, code: string, message: RegExp])[] = [
  ["a parameter", 'plugin(greeter, () => ({ greet: (name: number) => "", ...rest }));', wrongGreet],
  ["a parameter in an object", 'plugin(greeter, { greet: (name: number) => "", ...rest });', wrongGreet],
  [
    "a parameter after a use of the context",
    'plugin(greeter, ({ imports }) => ({ greet: (name: number) => (void imports.log("x"), ""), ...rest }));',
    wrongGreet,
  ],
  [
    "a result",
    "plugin(greeter, () => ({ greet: (name) => name.length, ...rest }));",
    /^Type 'number' is not assignable to type 'Returns<"greet", string>'\.$/,
  ],
  [
    "the result of an asynchronous method",
    "plugin(greeter, () => ({ async greet(name) { return name.length; }, ...rest }));",
    /^Type '\(name: string\) => Promise<number>' is not assignable to type 'Implements<"greet", /,
  ],
  [
    "a case of an enum",
    'plugin(greeter, { greet: (name) => name, ...rest, mode: () => "auto" });',
    /^Type '"auto"' is not assignable to type 'Returns<"mode", /,
  ],
  [
    "a field of a record",
    'plugin(greeter, () => ({ greet: (name) => name, ...rest, find: (id) => ({ id, titel: "x" }) }));',
    /^Type '\{ id: number; titel: string; \}' is not assignable to type 'Returns<"find", /,
  ],
  [
    "a function of an interface",
    "plugin(greeter, () => ({ greet: (name) => name, ...rest, store: { put: (key: number) => {} } }));",
    /^Type '\(key: number\) => void' is not assignable to type 'Implements<"put", /,
  ],
  [
    "a missing function",
    "plugin(greeter, () => ({ greet: (name) => name, find: rest.find, store: rest.store }));",
    needsMode,
  ],
  [
    "a missing function in an object",
    "plugin(greeter, { greet: (name) => name, find: rest.find, store: rest.store });",
    needsMode,
  ],
  [
    "a function among the statements of a block",
    'plugin(greeter, ({ log }) => { log("x"); return { greet: (name: number) => "", ...rest }; });',
    /is not assignable to parameter of type 'Factory<Needs<"greet", /,
  ],
  [
    "a function of an asynchronous block",
    'plugin(greeter, async () => { return { greet: (name: number) => "", ...rest }; });',
    /is not assignable to parameter of type 'Factory<Promise<Needs<"greet", /,
  ],
  [
    "a use of settings without a type",
    "plugin(greeter, ({ settings }) => ({ greet: () => settings.name, ...rest }));",
    /^'settings' is of type 'unknown'\.$/,
  ],
];

const hosts: readonly (readonly [title: string, code: string, message: RegExp])[] = [
  [
    "a parameter of an import",
    'open("x", greeter, { imports: { log: (message: number) => {}, files } });',
    /^Type '\(message: number\) => void' is not assignable to type 'Implements<"log", \[string\], unknown>'\.$/,
  ],
  [
    "a result of an import in an interface",
    'open("x", greeter, { imports: { log: console.log, files: { read: (path) => path } } });',
    /^Type 'string' is not assignable to type 'Returns<"read", Uint8Array/,
  ],
  [
    "imports in a variable",
    'open("x", greeter, { imports: wrongImports });',
    /^Type '\{ log: \(message: number\) => void; .* is not assignable to type '\{ .*Implements<"log", /,
  ],
  [
    "a missing import",
    'open("x", greeter, { imports: { files } });',
    /^Property 'log' is missing in type '\{ files: .*; \}' but required in type/,
  ],
  [
    "a misspelled import",
    'open("x", greeter, { imports: { lgo: console.log, files } });',
    /^Object literal may only specify known properties, (and|but) 'lgo' does not exist in type/,
  ],
  [
    "no imports",
    'open("x", greeter, { place: "worker" });',
    /^(Property 'imports' is missing in type '\{ place: "worker"; \}'|Argument .*'OptionsWithImports<)/,
  ],
  ["no options", 'open("x", greeter);', /^Expected 3 arguments, but got 2\.$/],
];

const right = [
  "plugin(greeter, () => ({ greet: (name) => name.toUpperCase(), ...rest }));",
  'plugin(greeter, async ({ imports }) => ({ greet: async (name) => (await imports.log(name), ""), ...rest }));',
  "plugin(greeter, ({ settings }: Context<typeof greeter, { name: string }>) => ({ greet: () => settings.name, ...rest }));",
  "plugin(greeter, { greet(name) { return name.trim(); }, ...rest });",
  'open("x", greeter, { imports: { log: (message) => message.length, files } });',
];

describe("the first line of the compiler's message", () => {
  const statements = [...plugins, ...hosts].map(([, code]) => code);
  const messages = new Map<number, string[]>();
  let consumer: Consumer;
  let printed: string;

  beforeAll(async () => {
    consumer = await createConsumer();
    const text = preamble + [...statements, ...right].join("\n");
    const first = preamble.split("\n").length;
    printed = await consumer.compile(text, { lib: ["es2022"], skipLibCheck: true });
    for (const [, line, message = ""] of printed.matchAll(/^consumer\.ts\((\d+),\d+\): error TS\d+: (.*)$/gm)) {
      const at = Number(line) - first;
      messages.set(at, [...(messages.get(at) ?? []), message]);
    }
  });
  afterAll(() => consumer.remove());

  test.each(plugins.map((item, at) => [...item, at] as const))("names what is wrong in a plugin: %s", (...item) => {
    const [, , expected, at] = item;
    expect(messages.get(at)).toEqual([expect.stringMatching(expected)]);
  });

  test.each(hosts.map((item, at) => [...item, plugins.length + at] as const))(
    "names what is wrong in a host: %s",
    (...item) => {
      const [, , expected, at] = item;
      expect(messages.get(at)).toEqual([expect.stringMatching(expected)]);
    },
  );

  test("is short", () => {
    for (const lines of messages.values()) expect(lines[0]?.length).toBeLessThan(700);
  });

  test("does not exist for what is right", () => {
    expect([...messages.keys()].filter((at) => at < 0 || at >= statements.length)).toEqual([]);
  });
});
