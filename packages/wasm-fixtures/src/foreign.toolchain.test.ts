import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { needs } from "@tenon/fixtures/tests";
import { createHost, type Host } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FixtureName, fixture, fixtureMissing } from "./index.js";

let host: Host;
beforeAll(() => {
  host = createHost();
});
afterAll(() => host.close());

// Components in Python need the proposal extended-const, which Node 20 supports only with a flag. This module uses it for 1 + 1.
const sum = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 6, 9, 1, 127, 0, 65, 1, 65, 1, 106, 11);
if (!WebAssembly.validate(sum)) setFlagsFromString("--experimental-wasm-extended-const");

function describeFixture(name: FixtureName, tests: (open: (options?: object) => Promise<any>) => void): void {
  const missing = fixtureMissing(name);
  needs(missing).describe(name, () => {
    let path = "";
    beforeAll(async () => {
      path = await fixture(name);
    }, 600_000);
    tests((options) => host.open(path, undefined, { fresh: true, limits: { load: 60_000 }, ...options }));
  });
}

describe.each(["greeter-rust", "greeter-javascript", "greeter-python", "greeter-c"] as const)("%s", (name) => {
  describeFixture(name, (open) => {
    test("returns results, calls the host, and reports errors, inline and in a worker", {
      timeout: 120_000,
    }, async () => {
      for (const place of ["inline", "worker"]) {
        const said: string[] = [];
        const plugin = await open({ place, imports: { log: (line: string) => void said.push(line) } });
        const { greet, people } = plugin.exports;
        expect(await greet("Ada ✓ 😀")).toBe("Hello, Ada ✓ 😀!");
        expect(said).toEqual(["greeting Ada ✓ 😀"]);
        const ada = { name: "Ada", age: 36, tags: ["one", "two"] };
        expect(await people.describe(ada)).toBe("Ada, 36: one two");
        expect(await people.eldest([{ ...ada, age: 3 }, ada, { ...ada, age: 20, tags: [] }])).toEqual(ada);
        expect(await people.eldest([])).toBeUndefined();
        expect(await people.parse("Grace/85")).toEqual({ name: "Grace", age: 85, tags: [] });
        await expect(people.parse("Grace")).rejects.toMatchObject({
          code: "TENON_CALL_RESULT",
          payload: "no person: Grace",
        });
        await plugin.close();
      }
    });
  });
});

describeFixture("greeter-c", (open) => {
  test("its output passes through the preview 1 adapter into the log", async () => {
    const printed: unknown[] = [];
    const stop = host.on("log", ({ line }) => printed.push(line));
    await (await open({ imports: { log: () => {} } })).exports.greet("Ada ✓");
    stop();
    expect(printed).toContainEqual(expect.objectContaining({ stream: "stdout", text: "greeting Ada ✓" }));
  });
});

describeFixture("composed", (open) => {
  test("its two components pass strings, records and resources to each other", async () => {
    const plugin = await open({ imports: { log: () => {} } });
    expect(await plugin.exports.greet("Ada")).toBe("HELLO, ADA!!! (Ada? Ada!)");
    expect(await plugin.exports.greet("")).toBe("nothing to say");
  });
});

describeFixture("encodings", (open) => {
  test("every string comes back unchanged in every encoding, also through the host", async () => {
    const same = (text: string) => text;
    const plugin = await open({ imports: { host: { utf8: same, utf16: same, latin1: same } } });
    const texts = ["", "plain", "é ÿ", "€", "😀", "a😀é".repeat(100), "x".repeat(5000), `${"é".repeat(3000)}漢`];
    for (const [name, run] of Object.entries<(text: string) => Promise<string>>(plugin.exports))
      for (const text of texts) expect(await run(text), name).toBe(text);
  });
});

describe.each(["everything", "everything-python", "everything-c"] as const)("%s", (name) => {
  describeFixture(name, (open) => {
    test("values of every type come back unchanged", async () => {
      const { values } = (await open()).exports;
      const point = { x: 1.5, y: -2.25 };
      const wide = { a: 255, b: 2n ** 64n - 1n, c: "ü", d: [point], e: "😀", f: true, g: -32768, h: "dark-blue" };
      const shapes = [
        { tag: "circle", val: 0.1 },
        { tag: "rectangle", val: [1e300, 0.5] },
        { tag: "named", val: "n" },
        { tag: "at", val: point },
        { tag: "empty" },
      ];
      const permissions = { read: true, write: false, runCode: true };
      const many = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`a${index}`, index % 3 === 0]));
      const cases: Record<string, unknown[]> = {
        echoBool: [true, false],
        echoS8: [-128, 127],
        echoU8: [0, 255],
        echoS16: [-32_768],
        echoU16: [65_535],
        echoS32: [-(2 ** 31)],
        echoU32: [2 ** 32 - 1],
        echoS64: [-(2n ** 63n)],
        echoU64: [2n ** 64n - 1n],
        echoF32: [1.5, Number.POSITIVE_INFINITY],
        echoF64: [Math.PI, Number.NaN, -0],
        echoChar: ["a", "\u{10ffff}"],
        echoString: ["", "ä 漢 😀", "€".repeat(1000)],
        echoBytes: [new Uint8Array([0, 128, 255])],
        echoNumbers: [[-1n, 2n ** 62n]],
        echoStrings: [["", "a", "ß"]],
        echoPoints: [[point, { x: 0, y: 3 }]],
        echoWide: [wide, { ...wide, e: undefined }],
        echoWides: [[wide, wide]],
        echoTuple: [[1, "two", 3]],
        echoOptional: [{ tag: "none" }, { tag: "some", val: undefined }, { tag: "some", val: "s" }],
        echoColour: ["dark-blue"],
        echoPermissions: [permissions],
        echoMany: [many],
        echoShapes: [shapes],
        echoOutcomes: [
          [
            { tag: "ok", val: 1 },
            { tag: "err", val: "no" },
          ],
        ],
      };
      for (const [name, given] of Object.entries(cases))
        for (const value of given) expect(await values[name](value), name).toEqual(value);
      expect(await values.seventeen(...Array.from({ length: 17 }, (_, index) => index))).toBe(136);
    });
  });
});

// componentize-py never releases an object that is passed back to it and then dropped, in any host.
describe.each([
  ["resources", 1],
  ["resources-python", 3],
  ["resources-c", 1],
] as const)("%s", (name, left) => {
  describeFixture(name, (open) => {
    test("own and borrowed handles pass both ways, and each object is released once", async () => {
      let released = 0;
      class Bucket {
        readonly #held = new Map<string, number>();
        put(key: string, value: number) {
          this.#held.set(key, value);
        }
        get(key: string) {
          return this.#held.get(key);
        }
        static size(bucket: Bucket) {
          return bucket.#held.size;
        }
        [Symbol.dispose]() {
          released++;
        }
      }
      const plugin = await open({ imports: { storage: { Bucket, open: () => new Bucket() } } });
      const { counters } = plugin.exports;
      const made = await counters.make([3, 9, 4]);
      expect(await counters.live()).toBe(3);
      const largest = await counters.largest(made);
      expect(await largest.value()).toBe(9);
      expect(await counters.live()).toBe(left);
      await expect(made[0].value()).rejects.toMatchObject({ code: "TENON_RESOURCE_GONE" });
      const bucket = await counters.openBucket("b");
      expect(bucket.get("made")).toBe(1);
      expect(await counters.fill(bucket, 3)).toBe(4);
      await counters.keep(bucket);
      await counters.keep(new Bucket());
      expect(released).toBe(1);
      await plugin.close();
      expect(released).toBe(2);
    });
  });
});

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

describe.each(["asynchronous", "asynchronous-python"] as const)("%s", (name) => {
  describeFixture(name, (open) => {
    test("async functions, streams and futures work", async () => {
      const later = async (value: number) => {
        await new Promise(setImmediate);
        return value;
      };
      const numbers = async function* (limit: number) {
        for (let number = 0; number < limit; number++) yield number;
      };
      const { tasks } = (await open({ imports: { host: { later, numbers: async (limit: number) => numbers(limit) } } }))
        .exports;
      expect(await tasks.wait(1)).toBe(2);
      expect(await tasks.sum(10)).toBe(45);
      expect(await tasks.total(numbers(100))).toBe(4950n);
      expect(await tasks.sumHost(10)).toBe(45n);
      expect(await all(await tasks.count(5))).toEqual([0, 1, 2, 3, 4]);
      expect(await all(await tasks.double(numbers(4)))).toEqual([0, 2, 4, 6]);
      expect(await tasks.both(later(1), later(2))).toBe(3);
      await expect(tasks.fail("no")).rejects.toMatchObject({ code: "TENON_CALL_RESULT", payload: "no" });
    });
  });
});

describeFixture("fetch", (open) => {
  test("it can send requests to a granted server, and to no other", { timeout: 60_000 }, async () => {
    const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const granted = await open({ place: "worker", grants: { network: [authority] } });
      expect(await granted.exports.get(authority, "/a?b")).toEqual([200, "you asked for /a?b"]);
      const refused = await open({ place: "worker" });
      await expect(refused.exports.get(authority, "/")).rejects.toMatchObject({ code: "TENON_CALL_RESULT" });
    } finally {
      server.close();
    }
  });
});
