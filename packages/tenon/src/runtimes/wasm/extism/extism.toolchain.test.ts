import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { needs } from "@tenon/fixtures/tests";
import {
  type Contract,
  contract,
  createHost,
  type Host,
  type OpenArguments,
  type OpenOptions,
  type Plugin,
  t,
} from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WasmModule } from "../../../binary/wasm/index.js";
import { extismFixture } from "./fixtures/build.mjs";
import { extismContract } from "./index.js";

const person = t.record("person", {
  firstName: t.string,
  id: t.u64,
  tags: t.list(t.string),
  photo: t.option(t.string),
});

const sample = contract("demo:sample@1.0.0", {
  imports: {
    storeText: t.func([["text", t.string]], t.result(t.string, t.string)),
    storeBytes: t.func([["bytes", t.bytes]], t.bytes),
    storePerson: t.func([["person", person]], person),
    scale: t.func(
      [
        ["value", t.f64],
        ["by", t.s32],
        ["wide", t.s64],
      ],
      t.f64,
    ),
  },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    upper: t.func([["input", t.bytes]], t.bytes),
    refuse: t.func([["why", t.string]], t.result(t.string, t.string)),
    birthday: t.func([["person", person]], person),
    setting: t.func([["name", t.string]], t.string),
    count: t.func([], t.string),
    forget: t.func([]),
    hoard: t.func([["size", t.u32]]),
    throughHost: t.func([["text", t.string]], t.string),
    personThroughHost: t.func([["person", person]], person),
    scaled: t.func([], t.string),
    fetch: t.func([["url", t.string]], t.string),
    chatter: t.func([]),
    trap: t.func([]),
    churn: t.func([["rounds", t.u32]], t.u64),
  },
});

const imports = {
  storeText: (text: string) => `<${text}>`,
  storeBytes: (bytes: Uint8Array) => bytes,
  storePerson: (given: any) => ({ ...given, tags: [...given.tags, "stored"] }),
  scale: (value: number, by: number, wide: bigint) => value * by + Number(wide >> 60n),
};

let host: Host;
beforeAll(() => {
  host = createHost();
});
afterAll(() => host.close());

/** Describes a plugin, or says why it cannot be built here. The first build downloads the libraries. */
async function withFixture(name: Parameters<typeof extismFixture>[0], title: string, body: (path: string) => void) {
  const fixture = await extismFixture(name);
  const reason = "reason" in fixture ? fixture.reason : undefined;
  needs(reason).describe(title, () => body("path" in fixture ? fixture.path : ""));
}

function opened<C extends Contract>(
  path: string,
  of: C,
  options: OpenOptions<C> = {} as OpenOptions<C>,
): Promise<Plugin<C>> {
  return host.open(path, of, ...([{ place: "inline", ...options, fresh: true }] as OpenArguments<C, OpenOptions<C>>));
}

const coded = (code: string, message?: string | RegExp) =>
  expect.objectContaining({ code, ...(message === undefined ? {} : { message: expect.stringMatching(message) }) });

await withFixture("rust", "a plugin made with the library for Rust", (path) => {
  const open = (options: Partial<OpenOptions<typeof sample>> = {}) =>
    opened(path, sample, { imports, ...options } as OpenOptions<typeof sample>);

  test("takes and returns text, bytes and JSON", async () => {
    await using plugin = await open();
    expect(await plugin.exports.greet("Łódź 🎉")).toBe("Hello, Łódź 🎉!");
    expect(await plugin.exports.upper(Buffer.from("a".repeat(5000)))).toEqual(new Uint8Array(5000).fill(65));
    expect(
      await plugin.exports.birthday({ firstName: "Ada", id: (1n << 64n) - 2n, tags: ["x"], photo: undefined }),
    ).toEqual({ firstName: "Ada", id: (1n << 64n) - 1n, tags: ["x", "older"], photo: undefined });
    expect(plugin.sync.greet("Ada")).toBe("Hello, Ada!");
  });

  test("can be called many times", async () => {
    await using plugin = await open();
    const input = new Uint8Array(1024).fill(97);
    for (let call = 0; call < 40_000; call++) plugin.sync.upper(input);
    expect(plugin.sync.churn(20_000)).toBe(50_010_000n);
  });

  test("returns its errors in the form that the contract declares", async () => {
    await using plugin = await open();
    await expect(plugin.exports.refuse("why not")).rejects.toMatchObject({
      code: "TENON_CALL_RESULT",
      payload: "refused: why not",
    });
    const plain = contract("demo:sample@1.0.0", {
      imports: sample.imports,
      exports: { refuse: t.func([["why", t.string]], t.string) },
    });
    await using strict = await opened(path, plain, { imports });
    await expect(strict.exports.refuse("why not")).rejects.toEqual(coded("TENON_EXTISM_FAILED", "refused: why not"));
  });

  test("calls host functions with blocks and with numbers", async () => {
    await using plugin = await open();
    expect(await plugin.exports.throughHost("é")).toBe("<é> 2");
    expect(await plugin.exports.scaled()).toBe("-11");
    const stored = await plugin.exports.personThroughHost({ firstName: "B", id: 7n, tags: [], photo: "p" });
    expect(stored).toEqual({ firstName: "B", id: 7n, tags: ["stored"], photo: "p" });
  });

  test("remains usable and keeps its variables when a host function throws", async () => {
    let fail = true;
    await using plugin = await open({
      imports: {
        ...imports,
        storeText: () => {
          if (fail) throw new Error("no storage");
          return "stored";
        },
      },
    });
    await plugin.exports.count();
    await expect(plugin.exports.throughHost("a")).rejects.toEqual(coded("TENON_IMPORT_THREW", "no storage"));
    fail = false;
    expect(await plugin.exports.throughHost("a")).toBe("stored 1");
    expect(await plugin.exports.count()).toBe("2");
  });

  test("fails with TENON_CALL_THREW if a host function returns its error case", async () => {
    const storeText = () => {
      throw Object.assign(new Error("full"), { payload: "full" });
    };
    await using plugin = await open({ imports: { ...imports, storeText } });
    await expect(plugin.exports.throughHost("a")).rejects.toEqual(coded("TENON_CALL_THREW", "error case"));
  });

  test("receives its settings as configuration", async () => {
    await using plugin = await open({ settings: { who: "Ada", depth: { is: 3 } } });
    expect(await plugin.exports.setting("who")).toBe("Ada");
    expect(await plugin.exports.setting("depth")).toBe('{"is":3}');
    expect(await plugin.exports.setting("toString")).toBe("none");
    await expect(open({ settings: ["Ada"] })).rejects.toEqual(coded("TENON_EXTISM_SETTINGS"));
  });

  test("has its own variables, up to a limit", async () => {
    await using plugin = await open();
    await using other = await open();
    expect([await plugin.exports.count(), await plugin.exports.count(), await other.exports.count()]).toEqual([
      "1",
      "2",
      "1",
    ]);
    await plugin.exports.forget();
    expect(await plugin.exports.count()).toBe("1");
    await plugin.exports.hoard(1_000_000);
    await plugin.exports.hoard(1_048_000);
    await expect(plugin.exports.hoard(1_048_576)).rejects.toEqual(coded("TENON_EXTISM_VARIABLES"));
    expect(await plugin.exports.count()).toBe("2");
  });

  test("writes to the log", async () => {
    const lines: string[] = [];
    const listening = host.on("log", ({ line }) => lines.push(`${line.stream} ${line.text}`));
    await using plugin = await open();
    await plugin.exports.chatter();
    expect(lines).toEqual(["log info: something happened", "log error: something went wrong"]);
    listening();
  });

  test("fails when it traps", async () => {
    await using plugin = await open();
    await expect(plugin.exports.trap()).rejects.toEqual(coded("TENON_WASM_TRAP", "unreachable"));
  });

  test("is rejected if an export is missing or a signature does not fit", async () => {
    const more = contract("demo:sample@1.0.0", { exports: { greet: sample.exports.greet, missing: t.func([]) } });
    await expect(opened(path, more)).rejects.toMatchObject({ code: expect.stringMatching(/CONTRACT_BREAKS|CHECK/) });
    const two = t.func(
      [
        ["a", t.string],
        ["b", t.string],
      ],
      t.string,
    );
    const pairs = contract("demo:sample@1.0.0", { imports: sample.imports, exports: { greet: two } });
    await expect(opened(path, pairs, { imports })).rejects.toEqual(coded("TENON_EXTISM_SIGNATURE", "has 2 parameters"));
    const wrong = contract("demo:sample@1.0.0", {
      imports: { ...sample.imports, scale: t.func([["value", t.f64]], t.f64) },
      exports: { greet: sample.exports.greet },
    });
    const given = { ...imports, scale: (value: number) => value };
    await expect(opened(path, wrong, { imports: given })).rejects.toEqual(
      coded("TENON_EXTISM_SIGNATURE", "f64, i32, i64"),
    );
  });

  test.each(["worker", "process"] as const)("can wait for host functions in a %s", async (place) => {
    const storeText = (text: string) => Promise.resolve(`later ${text}`);
    await using plugin = await open({ place, imports: { ...imports, storeText } });
    expect(await plugin.exports.throughHost("a")).toBe("later a 1");
  });

  test("cannot wait for host functions inline", async () => {
    const storeText = (text: string) => Promise.resolve(`later ${text}`);
    await using inline = await open({ imports: { ...imports, storeText } });
    await expect(inline.exports.throughHost("a")).rejects.toEqual(coded("TENON_SYNC_UNAVAILABLE"));
  });

  const canSuspend = WebAssembly.Suspending !== undefined && WebAssembly.promising !== undefined;
  needs(canSuspend ? undefined : "this version of Node cannot suspend WebAssembly (JSPI)").test(
    "waits inline if contract and engine support it",
    async () => {
      const waiting = contract("demo:sample@1.0.0", {
        imports: { ...sample.imports, storeText: t.func([["text", t.string]], t.string, { async: true }) },
        exports: { throughHost: t.func([["text", t.string]], t.string, { async: true }), count: sample.exports.count },
      });
      let fail = false;
      const storeText = async (text: string) => {
        await Promise.resolve();
        if (fail) throw new Error("no storage");
        return `later ${text}`;
      };
      await using plugin = await opened(path, waiting, { imports: { ...imports, storeText } });
      const first = plugin.exports.throughHost("a");
      expect(await first).toBe("later a 1");
      fail = true;
      await expect(plugin.exports.throughHost("a")).rejects.toEqual(coded("TENON_IMPORT_THREW", "no storage"));
      expect(await plugin.exports.count()).toBe("1");
    },
  );

  describe("with a server", () => {
    let server: Server;
    let origin: string;
    beforeAll(async () => {
      server = createServer((request, response) => {
        if (request.url === "/away") {
          response.writeHead(302, { location: "http://127.0.0.2:1/elsewhere" }).end();
          return;
        }
        if (request.url === "/again") {
          response.writeHead(307, { location: "/" }).end();
          return;
        }
        let body = "";
        request.on("data", (chunk) => (body += chunk));
        request.on("end", () => response.writeHead(201).end(`${request.method} ${request.headers["x-from"]} ${body}`));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    // In a worker: a plugin that waits for the server blocks its thread, and the server runs in this one.
    const openGranted = () => open({ place: "worker", grants: { network: [new URL(origin).host] } });

    test("sends requests to granted hosts only", async () => {
      await using plugin = await openGranted();
      expect(await plugin.exports.fetch(`${origin}/`)).toBe("201 POST extism body");
      expect(await plugin.exports.fetch(`${origin}/again`)).toBe("201 POST extism body");
      for (const url of [
        "http://127.0.0.1:1/",
        "http://example.com/",
        "file:///etc/passwd",
        "nonsense",
        `${origin}/away`,
      ])
        await expect(plugin.exports.fetch(url)).rejects.toEqual(coded("TENON_EXTISM_REQUEST"));
      expect(await plugin.exports.greet("Ada")).toBe("Hello, Ada!");
    });

    test("sends no requests without a grant", async () => {
      await using plugin = await open();
      await expect(plugin.exports.fetch(`${origin}/`)).rejects.toEqual(coded("TENON_EXTISM_REQUEST", "not granted"));
    });
  });
});

await withFixture("rust-wasi", "a plugin made for WASI", (path) => {
  test("is initialised and can be called", async () => {
    await using plugin = await opened(path, sample, { imports });
    expect(await plugin.exports.greet("Ada")).toBe("Hello, Ada!");
    expect(await plugin.exports.count()).toBe("1");
  });
});

await withFixture("go", "a plugin made with the library for Go", (path) => {
  const exports = { greet: sample.exports.greet, count: sample.exports.count, refuse: sample.exports.refuse };
  test("returns results, keeps variables and returns errors", async () => {
    await using plugin = await opened(path, contract("demo:sample@1.0.0", { exports }));
    expect(await plugin.exports.greet("Ada")).toBe("Hello, Ada!");
    expect([await plugin.exports.count(), await plugin.exports.count()]).toEqual(["1", "2"]);
    await expect(plugin.exports.refuse("x")).rejects.toMatchObject({ payload: "refused: x" });
  });
});

await withFixture("c", "a plugin without any library", (path) => {
  const nothing = t.func([]);
  const texts = t.func([], t.string);
  const numbers = t.interface({ halve: t.func([["value", t.s32]], t.s32) });
  const bare = contract("demo:c-sample@1.0.0", {
    imports: { tell: t.func([["text", t.string]], t.string), numbers },
    exports: {
      echo: t.func([["input", t.string]], t.string),
      camelCase: texts,
      pascalCase: texts,
      noResult: texts,
      wideResult: texts,
      codeAlone: t.func([], t.result(t.string, t.string)),
      errorAlone: texts,
      errorTakenBack: texts,
      noText: texts,
      noJson: t.func([], t.list(t.u8)),
      otherJson: t.func([], t.record("answer", { id: t.u32 })),
      outputOutside: texts,
      errorOutside: nothing,
      allocEnormous: nothing,
      allocWithoutEnd: nothing,
      writeEverywhere: nothing,
      freeTwice: texts,
      tellNonsense: nothing,
      tellInput: t.func([["text", t.string]], t.string),
      quarter: t.func([["digit", t.string]], t.string),
      logMuch: nothing,
      requestNonsense: nothing,
      overflowStack: nothing,
      remembers: texts,
      variableWithoutName: texts,
    },
  });
  const listed = contract("demo:c-sample@1.0.0", {
    imports: bare.imports,
    exports: { ...bare.exports, noJson: t.func([], t.list(t.string)) },
  });
  let calls: string[] = [];
  let plugin: Plugin<typeof listed>;
  const given = {
    tell: (text: string) => {
      calls.push(text);
      return `told ${text}`;
    },
    numbers: { halve: (value: number) => value >> 1 },
  };
  beforeAll(async () => {
    calls = [];
    plugin = await opened(path, listed, { imports: given, limits: { memory: 16 * 1024 * 1024, bytes: 100_000 } });
  });
  afterAll(() => plugin?.close());

  test("may export functions in the naming conventions of its language", async () => {
    expect(await plugin.exports.camelCase()).toBe("camel");
    expect(await plugin.exports.pascalCase()).toBe("pascal");
    expect(await plugin.exports.noResult()).toBe("nothing");
    expect(await plugin.exports.wideResult()).toBe("wide");
  });

  test("fails if it returns a code or sets an error, but not if it clears the error", async () => {
    await expect(plugin.exports.codeAlone()).rejects.toMatchObject({
      code: "TENON_CALL_RESULT",
      payload: expect.stringMatching(/7/),
    });
    await expect(plugin.exports.errorAlone()).rejects.toEqual(coded("TENON_EXTISM_FAILED", "went wrong"));
    expect(await plugin.exports.errorTakenBack()).toBe("fine");
  });

  test.each([
    ["noText", "TENON_WASM_ABI"],
    ["noJson", "TENON_EXTISM_VALUE"],
    ["otherJson", "TENON_EXTISM_VALUE"],
    ["outputOutside", "TENON_WASM_ABI"],
    ["errorOutside", "TENON_WASM_ABI"],
    ["allocEnormous", "TENON_WASM_LIMIT"],
    ["allocWithoutEnd", "TENON_WASM_LIMIT"],
    ["tellNonsense", "TENON_WASM_ABI"],
    ["requestNonsense", "TENON_EXTISM_REQUEST"],
  ] as const)("breaks a rule (%s), fails with %s, and can be called again", async (name, code) => {
    await expect(plugin.exports[name]()).rejects.toEqual(coded(code));
    expect(await plugin.exports.echo("still here")).toBe("still here");
  });

  test("does no harm if it writes outside all blocks or frees a block twice", async () => {
    await plugin.exports.writeEverywhere();
    expect(await plugin.exports.freeTwice()).toBe("kept apart");
    expect(await plugin.exports.echo("still here")).toBe("still here");
  });

  test("may log any number of lines", async () => {
    await plugin.exports.logMuch();
  });

  test("can call host functions inside and outside of interfaces", async () => {
    expect(await plugin.exports.quarter("8")).toBe("2");
    expect(await plugin.exports.tellInput("a secret")).toBe("told a secret");
    expect(calls).toEqual(["a secret"]);
  });

  test("may use an empty name for a variable", async () => {
    expect(await plugin.exports.variableWithoutName()).toBe("value");
  });

  test("cannot return more than the limit", async () => {
    expect(await plugin.exports.echo("a".repeat(100_000 - 100))).toHaveLength(99_900);
    await expect(plugin.exports.echo("a".repeat(100_001))).rejects.toEqual(coded("TENON_CALL_TOO_LARGE"));
  });

  test("gets a new instance after a host function throws, and otherwise keeps its memory", async () => {
    await using other = await opened(path, listed, { imports: given });
    expect([await other.exports.remembers(), await other.exports.remembers()]).toEqual(["1", "2"]);
    await expect(other.exports.tellNonsense()).rejects.toEqual(coded("TENON_WASM_ABI"));
    expect(await other.exports.remembers()).toBe("1");
  });

  test("cannot be called by a host function that it calls", async () => {
    let answer: unknown;
    const tell = (): string => {
      try {
        return inner.sync.echo("again");
      } catch (thrown) {
        answer = thrown;
        return "refused";
      }
    };
    await using inner: Plugin<typeof listed> = await opened(path, listed, { imports: { ...given, tell } });
    expect(await inner.exports.tellInput("x")).toBe("refused");
    expect(answer).toEqual(coded("TENON_WASM_BUSY"));
  });

  test("fails when it overflows the stack", async () => {
    await using other = await opened(path, listed, { imports: given });
    await expect(other.exports.overflowStack()).rejects.toEqual(coded("TENON_WASM_STACK"));
  });

  test("has a derived contract if there is no other", () => {
    const derived = extismContract(new WasmModule(readFileSync(path)), undefined);
    expect(derived.exports).toMatchObject({ echo: { result: t.bytes }, camelCase: {}, quarter: {} });
    expect(derived.imports).toMatchObject({ tell: { result: t.bytes }, halve: { result: t.s32 } });
    expect(Object.keys(derived.exports)).not.toContain("withParameter");
  });
});
