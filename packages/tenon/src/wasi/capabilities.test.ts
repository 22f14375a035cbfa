import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Grants, LogLine } from "../runtime/index.js";
import { Component, Sandbox } from "./fixtures/sandbox.mjs";
import { createCapabilities, createPreview1, createPreview2 } from "./index.js";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

function capabilitiesOf(grants: Grants, more: object = {}) {
  const capabilities = createCapabilities({ grants, name: "plugin", log: () => {}, ...more });
  opened.push(capabilities);
  return capabilities;
}

describe("nothing granted", () => {
  it("means nothing reachable", () => {
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

describe("a grant that cannot be given", () => {
  const sandbox = new Sandbox();
  afterAll(() => sandbox.remove());
  const cases: [string, unknown, RegExp][] = [
    ["a folder that is not there", { folders: { "/a": `${sandbox.folder}/none` } }, /does not exist/],
    ["a file as a folder", { folders: { "/a": `${sandbox.lib}/given` } }, /is no folder/],
    ["a relative guest path", { folders: { a: sandbox.lib } }, /begin with \//],
    ["a guest path with dots", { folders: { "/a/../b": sandbox.lib } }, /`\.\.`/],
    ["one path twice", { folders: { "/a": sandbox.lib, "/a/": sandbox.work } }, /twice/],
    ["a path that is none", { folders: { "/a": { path: 5 } } }, /no text/],
    ["write that is no truth", { folders: { "/a": { path: sandbox.lib, write: "yes" } } }, /neither true nor false/],
    ["an address with a scheme", { network: ["https://example.com"] }, /expected a host/],
    ["a port that is none", { network: ["example.com:99999"] }, /expected a host/],
    ["a star inside", { network: ["a.*.com"] }, /neither a host nor an address/],
    ["everything", { network: ["*"] }, /neither a host nor an address/],
    ["a number as a name", { network: ["2130706433"] }, /neither a host nor an address/],
    ["listening without a port", { listen: ["127.0.0.1"] }, /address and a port/],
    ["listening on a name", { listen: ["localhost:80"] }, /address and a port/],
    ["a clock that is no time", { clock: Number.NaN }, /milliseconds since 1970/],
    ["a clock before 1970", { clock: -1 }, /milliseconds since 1970/],
  ];
  for (const [what, grants, message] of cases) {
    it(`is refused: ${what}`, () => {
      const made = () => createCapabilities({ grants: grants as Grants, name: "p", log: () => {} });
      expect(made).toThrow(
        expect.objectContaining({ code: "TENON_GRANT_INVALID", message: expect.stringMatching(message) }),
      );
    });
  }

  it("is refused: an environment that no system can hold", () => {
    expect(() => capabilitiesOf({ environment: { "a=b": "c" } })).toThrow(
      expect.objectContaining({ code: "TENON_OPTION_INVALID" }),
    );
  });
});

describe("clocks", () => {
  it("run as the system's", () => {
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

  it("stand where they are put, and go on by what is slept, in no time", () => {
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
  const bytesOf = (grants: Grants, ...lengths: number[]) => {
    const { randomness } = capabilitiesOf(grants);
    return Buffer.concat(
      lengths.map((length) => {
        const bytes = new Uint8Array(length);
        randomness.fill(bytes);
        return bytes;
      }),
    ).toString("hex");
  };

  it("follows from a seed, however it is read", () => {
    expect(bytesOf({ seed: 5 }, 10_000)).toBe(bytesOf({ seed: 5 }, 1, 4095, 5000, 904));
    expect(bytesOf({ seed: 5 }, 32)).not.toBe(bytesOf({ seed: "5" }, 32));
    expect(bytesOf({ seed: 5 }, 32)).not.toBe(bytesOf({ seed: 6 }, 32));
    // The same on every system and in every version: changing it breaks what others have recorded.
    expect(bytesOf({ seed: "tenon" }, 8)).toBe("93ee7c964ba6db54");
  });

  it("is new without one", () => {
    expect(bytesOf({}, 32)).not.toBe(bytesOf({}, 32));
  });

  it("is the same at both levels", () => {
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
  it("goes to the log by lines, the last one when it is closed", () => {
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

  it("goes as it is to whoever takes it", () => {
    const parts: [string, string][] = [];
    const output = (stream: string, bytes: Uint8Array) => parts.push([stream, Buffer.from(bytes).toString("hex")]);
    const capabilities = capabilitiesOf({}, { output });
    const bytes = Uint8Array.of(0xff, 0x00);
    capabilities.stdout.write(bytes);
    expect(parts).toEqual([["stdout", "ff00"]]);
  });
});

describe("a wait", () => {
  it("that nothing could end is refused", () => {
    expect(() => capabilitiesOf({}).wait(undefined)).toThrow(expect.objectContaining({ code: "TENON_WASM_BLOCKED" }));
  });

  it("is not begun once the signal is aborted", () => {
    const reason = new Error("closed");
    expect(() => capabilitiesOf({}, { signal: AbortSignal.abort(reason) }).wait(1n)).toThrow(reason);
  });
});

describe("interfaces", () => {
  it("are those of every release of 0.2, and no others", () => {
    const preview2 = createPreview2(capabilitiesOf({}));
    for (const version of ["0.2.0", "0.2.3", "0.2.12"]) expect(preview2.get(`wasi:cli/exit@${version}`)).toBeDefined();
    for (const name of ["wasi:cli/exit", "wasi:cli/exit@0.3.0", "wasi:cli/exit@0.2.0-rc-2023", "wasi:cli/none@0.2.0"]) {
      expect(preview2.get(name)).toBeUndefined();
    }
    expect(preview2.get("wasi:io/poll@0.2.0")).toBe(preview2.get("wasi:io/poll@0.2.6"));
  });

  it("start in less than a millisecond", () => {
    // The quickest of many: others want the processor, too.
    const times = Array.from({ length: 50 }, () => {
      const start = performance.now();
      createPreview1(capabilitiesOf({ folders: { "/": "." } })).close();
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(1);
  });
});
