import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appendCustomSection } from "../../binary/wasm/index.js";
import { inWorkFolder } from "../../build/index.js";
import { contractFromWit } from "../../contract/index.js";
import { createHost } from "../../index.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { cBindings } from "./bindings/index.js";
import { compileC } from "./compile.js";
import { findCompiler } from "./compiler.js";
import { readSources } from "./sources.js";

const compiler = await findCompiler(undefined).catch(() => undefined);
if (compiler === undefined) console.log("skipping the tests of asynchronous calls in C: there is no clang or zig");

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const waits = fixture("waits");
const wit = await readFile(join(waits, "plugin.wit"), "utf8");

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

async function* of<T>(...items: T[]) {
  for (const item of items) {
    await later(0);
    yield item;
  }
}

const word = (text: string, ...parts: string[]) => ({ text, parts });

class Box {
  name() {
    return "boxed";
  }
}

needs(missing.c()).describe("asynchronous calls", { timeout: 60_000 }, () => {
  const host = createHost();
  let opened: any;
  let exports: any;

  const open = () =>
    host.open(
      waits,
      contractFromWit(wit) as any,
      {
        place: "inline",
        imports: {
          host: {
            Box,
            ask: (question: string) => {
              if (question === "now!") throw new Error("too loud at once");
              if (question === "at once") return "at once?";
              return later(question.length).then(() => {
                if (question === "later!") throw new Error("too loud");
                return `${question}?`;
              });
            },
            async five(...given: unknown[]) {
              await later(1);
              return given.map((each) =>
                JSON.stringify(each, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
              );
            },
            touch: () => later(1),
            now(text: string) {
              if (text === "!") throw new Error("too loud");
              return text;
            },
          },
        },
      } as any,
    );

  beforeAll(async () => {
    opened = await open();
    exports = opened.exports;
  }, 120_000);
  afterAll(() => host.close());

  test("concurrent calls each get their own result", async () => {
    const questions = Array.from({ length: 40 }, (_, index) => "é".repeat(40 - index));
    const answers = questions.map((question) => `${question}?`);
    expect(await Promise.all(questions.map((question) => exports.ask(question)))).toEqual(answers);
    const both = [exports.askAtOnce(questions), exports.plain(1)] as const;
    expect(await both[1]).toBe(2);
    expect(await both[0]).toEqual(answers);
    expect(await exports.ask("at once")).toBe("at once?");
    await exports.touch();
  });

  test("a call can have more parameters than are passed flat, and a result with an error case", async () => {
    expect(await exports.askFive()).toEqual(["1", '"two"', "3.5", expect.stringContaining("500"), '"5"']);
  });

  test("a callback receives the error of a host function that fails, immediately or later", async () => {
    expect(await exports.shout("later!")).toContain("caught: ");
    expect(await exports.shout("later!")).toContain("too loud");
    expect(await exports.shout("now!")).toContain("too loud at once");
    await expect(exports.ask("later!")).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      message: expect.stringContaining("asked in vain: "),
    });
    expect(await exports.whisper("hm")).toBe("hm");
  });

  test("a host function that fails and was called without a callback stops the plugin with its error", async () => {
    const other = (await open()) as any;
    const waiting = other.exports.wait();
    await expect(other.exports.whisper("!")).rejects.toMatchObject({ code: "TENON_IMPORT_THREW" });
    await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining("too loud") });
    await other.close();
  });

  test("a borrowed handle is valid until the call returns its result", async () => {
    expect(await exports.nameOf(new Box(), false)).toBe("boxed");
    expect(await exports.nameOf(new Box(), true)).toBe("boxed?");
  });

  test("a synchronous function can complete a waiting call, and makes none fail", async () => {
    const waiting = exports.wait();
    await exports.release("now");
    expect(await waiting).toBe("now");
  });

  test("a cancelled call is notified", async () => {
    const controller = new AbortController();
    const call = opened.with({ signal: controller.signal }).untilCancelled();
    await exports.plain(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect(await exports.cancelled()).toBe(1);
  });

  test("a callback that runs after its call was cancelled finds its memory unchanged", async () => {
    const controller = new AbortController();
    const call = opened.with({ signal: controller.signal }).toldLate("some time later");
    await exports.plain(1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    await Promise.all([exports.ask("overwrites"), exports.wide(1n, "b", "c", 1.5, "e", "f", "g", "h", "i")]);
    await expect.poll(() => exports.heard()).toBe("some time later");
  });

  test("a failed call does not affect other calls", async () => {
    const kept = exports.ask("kept for a while");
    for (const call of [exports.failAtOnce("on purpose?"), exports.failLater("on purpose")])
      await expect(call).rejects.toMatchObject({
        code: "TENON_CALL_THREW",
        message: expect.stringContaining("on purpose?"),
      });
    expect(await kept).toBe("kept for a while?");
  });

  test("streams of records pass in both directions", async () => {
    const words = (await collect(await exports.words(300))) as any[];
    expect(words.map(({ text, parts }) => `${text.length}${parts[0].length}${parts[1]}`)).toEqual(
      Array.from({ length: 300 }, (_, at) => `${at % 100}${at % 7}b`),
    );
    expect(words[27].text).toBe("b".repeat(27));
    const joined = await exports.join(of(word("one", "x", "y"), word("zwei €"), word("x".repeat(9000), "z")));
    expect(joined).toBe(`onexy,zwei €,${"x".repeat(9000)}z,`);
    expect(await exports.join(of())).toBe("");
    const many = (await collect(await exports.wordsAndWords(3))) as string[];
    expect(many).toHaveLength(300);
    expect(many.every((each, at) => each === String.fromCharCode(97 + ((at % 100) % 26)).repeat(200))).toBe(true);
    expect(await collect(await exports.pass(of("a", "b")))).toEqual(["a", "b"]);
  });

  test("streams of bytes read nothing before it is needed", async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
    const out = (await collect(await exports.invert(of(bytes, bytes.subarray(0, 5))))) as Uint8Array[];
    expect(Buffer.concat(out)).toEqual(Buffer.concat([bytes, bytes.subarray(0, 5)]).map((each) => each ^ 0xff));
    expect(await exports.inverted()).toBe(1);
    let ended = false;
    async function* endless() {
      try {
        for (;;) yield bytes;
      } finally {
        ended = true;
      }
    }
    for await (const chunk of await exports.invert(endless())) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => exports.inverted()).toBe(2);
    expect(ended).toBe(true);
  });

  test("a stream that fails on either side ends with the error", async () => {
    async function* broken() {
      yield word("a");
      throw new Error("no more");
    }
    expect(await exports.join(broken())).toMatch(/^a,.*no more/);
    async function* brokenBytes() {
      yield new Uint8Array([0]);
      throw new Error("no more");
    }
    const read: Uint8Array[] = [];
    const all = async () => {
      for await (const chunk of await exports.invert(brokenBytes())) read.push(chunk);
    };
    await expect(all()).rejects.toMatchObject({
      code: "TENON_STREAM_BROKEN",
      message: expect.stringContaining("no more"),
    });
    expect(read).toEqual([new Uint8Array([255])]);
  });

  test("streams without a type, and streams of streams, work", async () => {
    expect(await collect(await exports.ticks(3))).toEqual([undefined, undefined, undefined]);
    expect(await exports.countTicks(of(undefined, undefined))).toBe(2);
    const nested: string[] = [];
    for await (const inner of await exports.nested())
      nested.push(Buffer.concat((await collect(inner as AsyncIterable<Uint8Array>)) as Uint8Array[]).toString());
    expect(nested).toEqual(["one", "two"]);
  });

  test("futures work, and so do results and parameters that are not passed flat", async () => {
    expect(await exports.maybe(false)).toEqual([undefined]);
    const [future] = await exports.maybe(true);
    expect(await future).toEqual(["a?", "b".repeat(5000)]);
    await exports.done(later(1));
    await expect(exports.done(Promise.reject(new Error("never")))).rejects.toMatchObject({
      code: "TENON_STREAM_BROKEN",
    });
    expect(await exports.wide(1n, "b", "c", 1.5, "e", "f", "g", "h", "i")).toEqual([
      ...["b", 1n, 1.5, "c", new Uint8Array([98]), "e", "f", "g", "hi"],
    ]);
  });

  test("the host keeps running while the plugin is never idle", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    expect(await exports.spin(200_000)).toBe(200_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  test("memory is freed: it does not grow with the number of calls", async () => {
    const round = async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) => exports.ask(`${at}`.repeat(1000 * (at % 3)).slice(0, 9))),
      );
      await exports.join(of(word("x".repeat(70_000), "y".repeat(70_000)), word("z")));
      await collect(await exports.words(100));
      await collect(await exports.wordsAndWords(2));
      await exports.whisper("w".repeat(70_000));
      await exports.wide(1n, "b".repeat(70_000), "c", 1.5, "e", "f", "g", "h", "i");
      for await (const _ of await exports.wordsAndWords(2)) break;
    };
    for (let at = 0; at < 5; at++) await round();
    const pages = await exports.pages();
    for (let at = 0; at < 60; at++) await round();
    expect(await exports.pages()).toBe(pages);
  });

  test("a callback of a stream that was dropped is not called", async () => {
    expect(await exports.mistake("none", of(1, 2))).toBe(7);
    expect(await exports.mistake("none", of())).toBe(7);
  });

  test.each([
    ["return twice", "plugin_mistake_return was called with a task that is already complete"],
    ["fail twice", "tenon_task_fail was called with a task that is already complete"],
    ["no task", "plugin_mistake_return was called with a task that is already complete"],
    ["another function", "plugin_spin_return was called with a task of another function"],
    ["drop twice", "handle"],
    ["read twice", "stream.read on a readable stream that is waiting"],
    ["write twice", "a stream was written before its reader asked for more"],
    ["end twice", "a stream or future was written after its end"],
    ["fail in a callback", "tenon_task_fail"],
  ])("%s: the plugin stops with a message that says why", async (which, message) => {
    const other = (await open()) as any;
    const waiting = other.exports.wait();
    const failure = { message: expect.stringContaining(message) };
    const first = Promise.allSettled([other.exports.mistake(which, of(1, 2))]);
    await expect(waiting).rejects.toMatchObject(failure);
    await first;
    await other.close();
  });

  test("a synchronous function cannot start an operation that no call waits for", async () => {
    const other = (await open()) as any;
    const waiting = other.exports.wait();
    await other.exports.beginInPlain();
    await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining("plugin_touch_return") });
    await other.close();
    const third = (await open()) as any;
    await expect(third.exports.beginInPlain()).rejects.toMatchObject({
      message: expect.stringContaining("a synchronous function started an asynchronous operation"),
    });
    await third.close();
  });
});

class Place {
  readonly #name: string;
  #seen = 0;
  constructor(name: string) {
    this.#name = name;
  }
  static async find(name: string) {
    await later(1);
    return new Place(name);
  }
  async visit(words: AsyncIterable<string>) {
    this.#seen++;
    return `${this.#name}: ${(await collect(words)).join(" ")}`;
  }
  seen() {
    return this.#seen;
  }
}

needs(missing.c()).describe("objects with asynchronous methods", { timeout: 60_000 }, () => {
  const objects = fixture("objects");
  const places = { Place, nearest: () => later(1).then(() => new Place("here")) };

  async function use(path: string) {
    const objectWit = await readFile(join(objects, "plugin.wit"), "utf8");
    const host = createHost();
    const plugin = (await host.open(
      path,
      contractFromWit(objectWit) as any,
      {
        place: "inline",
        imports: { places },
      } as any,
    )) as any;
    const { Shop } = plugin.exports.shops;
    const shop = await new Shop("corner");
    expect(await shop.sell(1)).toBe("market: good good good");
    expect(await shop.sell(0)).toBe("here: ");
    expect(await collect(await (await new Shop("other")).goods())).toEqual(["good", "good", "good"]);
    expect(await Shop.close([shop, await new Shop("third")])).toBe(2);
    await host.close();
  }

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("work in the plugin and in the host", () => use(objects));

  test("work without a C library", async () => {
    const artifact = await readArtifact(objects);
    const bindings = cBindings(artifact.manifest.contract!);
    const freestanding = { ...compiler!, hasLibrary: false };
    const sources = await readSources(artifact);
    const { bytes } = await inWorkFolder("tenon-c-", (work) =>
      compileC({ sources, bindings, compiler: freestanding, options: {}, work: { folder: work } }),
    );
    const alone = join(folder, "alone.wasm");
    await writeFile(alone, appendCustomSection(bytes, "tenon:contract", await readFile(join(objects, "plugin.wit"))));
    await use(alone);
  });
});

needs(missing.c()).describe("the example of the guide", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("does what the guide says", async () => {
    const guide = await readFile(new URL("../../../../../guest/c/README.md", import.meta.url), "utf8");
    const [, contract = ""] = /```wit\n(.*?)```/s.exec(guide) ?? [];
    const [, source = ""] = /```c\n(.*?)```/s.exec(guide) ?? [];
    await writeFile(join(folder, "plugin.wit"), contract);
    await writeFile(join(folder, "plugin.c"), source);
    const host = createHost();
    const { exports } = (await host.open(
      folder,
      contractFromWit(contract) as any,
      {
        place: "inline",
        imports: {
          translate: async (word: string) => (word === "" ? Promise.reject(new Error("no word")) : `${word}!`),
        },
      } as any,
    )) as any;
    expect(await exports.greet("Ada")).toBe("Hello, Ada!");
    await expect(exports.greet("")).rejects.toMatchObject({ message: expect.stringContaining("no word") });
    const text = of(new TextEncoder().encode("one "), new TextEncoder().encode("two"));
    expect(Buffer.concat((await collect(await exports.upperCase(text))) as Uint8Array[]).toString()).toBe("ONE TWO");
    async function* broken() {
      yield new Uint8Array([97]);
      throw new Error("no more");
    }
    await expect((async () => collect(await exports.upperCase(broken())))()).rejects.toMatchObject({
      code: "TENON_STREAM_BROKEN",
    });
    await host.close();
  });
});
