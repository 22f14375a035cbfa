import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Grants, LogLine } from "../../runtime/index.js";
import { Component, grantsAndSettings, Sandbox } from "../fixtures/sandbox.mjs";
import { createCapabilities, createPreview1, createPreview2, type WasiSettings } from "../index.js";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

function capabilitiesOf(given: Grants & WasiSettings, more: object = {}) {
  const capabilities = createCapabilities({ ...grantsAndSettings(given), name: "plugin", log: () => {}, ...more });
  opened.push(capabilities);
  return capabilities;
}

describe("a plugin without grants", () => {
  it("can reach nothing", () => {
    const component = new Component();
    opened.push(component);
    process.env.TENON_TEST_SECRET = "secret";
    expect(component.call("cli/environment", "get-environment")).toEqual([]);
    expect(component.call("cli/environment", "get-arguments")).toEqual(["component"]);
    expect(component.call("filesystem/preopens", "get-directories")).toEqual([]);
    expect(component.readAll(component.call("cli/stdin", "get-stdin"))).toBe("");
    const tcp = () => component.call("sockets/tcp-create-socket", "create-tcp-socket", "ipv4");
    const udp = () => component.call("sockets/udp-create-socket", "create-udp-socket", "ipv6");
    const name = () => component.call("sockets/ip-name-lookup", "resolve-addresses", {}, "localhost");
    const address = () => component.call("sockets/ip-name-lookup", "resolve-addresses", {}, "127.1");
    for (const act of [tcp, udp, name]) expect(component.error(act)).toBe("access-denied");
    expect(component.error(address)).toBe("invalid-argument");
    const request = component.call(
      "http/types",
      "[constructor]outgoing-request",
      component.call("http/types", "[constructor]fields"),
    );
    component.method("http/types", "outgoing-request", "set-authority", request, "localhost:80");
    expect(component.error(() => component.call("http/outgoing-handler", "handle", request, undefined))).toEqual({
      tag: "HTTP-request-denied",
    });
    delete process.env.TENON_TEST_SECRET;
  });
});

describe("an invalid grant", () => {
  const sandbox = new Sandbox();
  afterAll(() => sandbox.remove());
  const cases: [string, unknown, RegExp][] = [
    ["a folder that does not exist", { folders: { "/a": `${sandbox.folder}/none` } }, /does not exist/],
    ["a file as a folder", { folders: { "/a": `${sandbox.lib}/given` } }, /is not a folder/],
    ["a relative guest path", { folders: { a: sandbox.lib } }, /start with \//],
    ["a guest path with dots", { folders: { "/a/../b": sandbox.lib } }, /`\.\.`/],
    ["one path twice", { folders: { "/a": sandbox.lib, "/a/": sandbox.work } }, /twice/],
    ["a path that is a number", { folders: { "/a": { path: 5 } } }, /expected a path on the host/],
    ["write as a string", { folders: { "/a": { path: sandbox.lib, write: "yes" } } }, /expected true or false/],
    ["an address with a scheme", { network: ["https://example.com"] }, /expected a host/],
    ["a port out of range", { network: ["example.com:99999"] }, /expected a host/],
    ["a star inside", { network: ["a.*.com"] }, /not a valid host name/],
    ["a number as a name", { network: ["2130706433"] }, /not a valid host name/],
    ["listening without a port", { listen: ["127.0.0.1"] }, /address and a port/],
    ["listening on a name", { listen: ["localhost:80"] }, /address and a port/],
  ];
  for (const [what, grants, message] of cases) {
    it(`is rejected: ${what}`, () => {
      const made = () => createCapabilities({ grants: grants as Grants, name: "p", log: () => {} });
      expect(made).toThrow(
        expect.objectContaining({ code: "TENON_GRANT_INVALID", message: expect.stringMatching(message) }),
      );
    });
  }

  it.each([Number.NaN, -1])("is rejected: a clock at %d", (clock) => {
    expect(() => capabilitiesOf({ clock })).toThrow(
      expect.objectContaining({
        code: "TENON_OPTION_INVALID",
        message: expect.stringMatching(/milliseconds since 1970/),
      }),
    );
  });

  it("is rejected: an invalid name of an environment variable", () => {
    expect(() => capabilitiesOf({ environment: { "a=b": "c" } })).toThrow(
      expect.objectContaining({ code: "TENON_OPTION_INVALID" }),
    );
  });
});

describe("clocks", () => {
  it("show the system's time", () => {
    const { clocks } = capabilitiesOf({});
    const apart = 20;
    const earliest = Date.now() - apart;
    const wall = Number(clocks.wall() / 1_000_000n);
    expect(wall).toBeGreaterThanOrEqual(earliest);
    expect(wall).toBeLessThanOrEqual(Date.now() + apart);
    const times = Array.from({ length: 1000 }, () => clocks.monotonic());
    expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
    const before = clocks.monotonic();
    clocks.sleep(12_000_000n);
    expect(clocks.monotonic() - before).toBeGreaterThanOrEqual(11_900_000n);
  });

  it("can be frozen at a time, and then advance only by sleeping, which takes no time", () => {
    const { clocks, wait } = { ...capabilitiesOf({ clock: 1_000 }), wait: (by: bigint) => clocks.sleep(by) };
    expect([clocks.wall(), clocks.monotonic()]).toEqual([1_000_000_000n, 1_000_000_000n]);
    const start = performance.now();
    wait(3_600_000_000_000n);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(clocks.wall()).toBe(3_601_000_000_000n);
    expect(clocks.monotonic()).toBe(3_601_000_000_000n);
  });
});

describe("randomness", () => {
  const bytesOf = (grants: WasiSettings, ...lengths: number[]) => {
    const { randomness } = capabilitiesOf(grants);
    return Buffer.concat(
      lengths.map((length) => {
        const bytes = new Uint8Array(length);
        randomness.fill(bytes);
        return bytes;
      }),
    ).toString("hex");
  };

  it("is determined by a seed, however it is read", () => {
    expect(bytesOf({ seed: 5 }, 10_000)).toBe(bytesOf({ seed: 5 }, 1, 4095, 5000, 904));
    expect(bytesOf({ seed: 5 }, 32)).not.toBe(bytesOf({ seed: "5" }, 32));
    expect(bytesOf({ seed: 5 }, 32)).not.toBe(bytesOf({ seed: 6 }, 32));
    // It must be the same on every system and in every version, because others record it.
    expect(bytesOf({ seed: "tenon" }, 8)).toBe("93ee7c964ba6db54");
  });

  it("is different each time without a seed", () => {
    expect(bytesOf({}, 32)).not.toBe(bytesOf({}, 32));
  });

  it("is the same in both versions of WASI", () => {
    const component = new Component({ seed: 3 });
    opened.push(component);
    const bytes = component.call("random/random", "get-random-bytes", 16n);
    expect(Buffer.from(bytes).toString("hex")).toBe(bytesOf({ seed: 3 }, 16));
    expect(component.call("random/insecure-seed", "insecure-seed")).toEqual(
      component.call("random/insecure-seed", "insecure-seed"),
    );
    expect(() => component.call("random/random", "get-random-bytes", 1n << 40n)).toThrow(
      expect.objectContaining({ code: "TENON_WASI_MISUSE" }),
    );
  });
});

describe("output", () => {
  it("goes to the log line by line, the last line on close", () => {
    const lines: LogLine[] = [];
    const capabilities = capabilitiesOf({}, { log: (line: LogLine) => lines.push(line) });
    const bytes = new Uint8Array(Buffer.from("one\ntwo ü\nthr"));
    capabilities.stdout.write(bytes.subarray(0, 9));
    capabilities.stdout.write(bytes.subarray(9));
    bytes.fill(0);
    capabilities.stderr.write(Buffer.from("error"));
    capabilities.close();
    expect(lines).toEqual([
      { stream: "stdout", text: "one" },
      { stream: "stdout", text: "two ü" },
      { stream: "stdout", text: "thr" },
      { stream: "stderr", text: "error" },
    ]);
  });

  it("goes unchanged to the option `output`", () => {
    const parts: [string, string][] = [];
    const output = (stream: string, bytes: Uint8Array) => parts.push([stream, Buffer.from(bytes).toString("hex")]);
    const capabilities = capabilitiesOf({}, { output });
    const bytes = Uint8Array.of(0xff, 0x00);
    capabilities.stdout.write(bytes);
    expect(parts).toEqual([["stdout", "ff00"]]);
  });
});

describe("a wait", () => {
  it("fails if nothing could end it", () => {
    expect(() => capabilitiesOf({}).wait(undefined)).toThrow(expect.objectContaining({ code: "TENON_WASM_BLOCKED" }));
  });

  it("does not start after the signal is aborted", () => {
    const reason = new Error("closed");
    expect(() => capabilitiesOf({}, { signal: AbortSignal.abort(reason) }).wait(1n)).toThrow(reason);
  });
});

describe("interfaces", () => {
  it("exist for every release of 0.2, and for no other version", () => {
    const preview2 = createPreview2(capabilitiesOf({}));
    for (const version of ["0.2.0", "0.2.3", "0.2.12"]) expect(preview2.get(`wasi:cli/exit@${version}`)).toBeDefined();
    for (const name of ["wasi:cli/exit", "wasi:cli/exit@0.3.0", "wasi:cli/exit@0.2.0-rc-2023", "wasi:cli/none@0.2.0"]) {
      expect(preview2.get(name)).toBeUndefined();
    }
    expect(preview2.get("wasi:io/poll@0.2.0")).toBe(preview2.get("wasi:io/poll@0.2.6"));
  });

  it("start in less than a millisecond", () => {
    // The fastest of many, because the machine may be busy.
    const times = Array.from({ length: 50 }, () => {
      const start = performance.now();
      createPreview1(capabilitiesOf({ folders: { "/": "." } })).close();
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(1);
  });
});
