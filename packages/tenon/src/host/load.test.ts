import { failureOf } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import { inlinePlace } from "../places/inline/index.js";
import type { Instance, Place, PlaceTraits, Runtime } from "../runtime/index.js";
import { fakeRuntime } from "../testing/fake-runtime.js";
import { Host } from "./host.js";

const greeter = contract("test:greeter", { exports: { greet: t.func([["name", t.string]], t.string) } });

function hostOf(change: Partial<Runtime>, places: Record<string, Place> = { inline: inlinePlace() }): Host {
  const fake = fakeRuntime({ greeter: { implementation: { greet: (name: string) => `Hello, ${name}!` } } });
  return new Host({ runtimes: [{ ...fake, ...change }], places });
}

describe("loading", () => {
  test.each(["at once", "later"])("that throws %s is TENON_LOAD_FAILED, with the stack", async (when) => {
    const failure = new Error("no such table");
    const load = () => {
      if (when === "at once") throw failure;
      return Promise.reject(failure);
    };
    const error = await failureOf(hostOf({ load }).open("fake:greeter", greeter));
    expect(error).toMatchObject({ code: "TENON_LOAD_FAILED", cause: failure, pluginStack: failure.stack });
    expect(error.message).toContain("no such table");
  });

  test("that is cancelled ends at once, and an instance that comes later is closed", async () => {
    const cancel = new AbortController();
    let finish: (instance: Instance) => void = () => {};
    const slow = new Promise<Instance>((resolve) => (finish = resolve));
    let begin: () => void = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const load = () => {
      begin();
      return slow;
    };
    const opening = hostOf({ load }).open("fake:greeter", greeter, { signal: cancel.signal });
    await begun;
    cancel.abort();
    expect((await failureOf(opening)).code).toBe("TENON_CALL_ABORTED");
    await new Promise<void>((closed) => finish({ close: async () => closed() } as unknown as Instance));
  });
});

describe("the place of a plugin, unless open names one", () => {
  const elsewhere: Place = {
    ...inlinePlace(),
    name: "elsewhere",
    traits: { thread: "own", process: "own", blocking: true, local: true },
  };
  const places = { inline: inlinePlace(), "second-machine": elsewhere };

  test("is the one that the runtime names", async () => {
    const host = hostOf({ offers: () => true, place: "second-machine" }, places);
    expect((await host.open("fake:greeter", greeter)).place).toBe("second-machine");
  });

  test("is the first where the runtime can run, if it names none or the host has not that one", async () => {
    const offers = ({ process }: PlaceTraits) => process === "own" || "it needs a process";
    for (const change of [{ offers }, { offers, place: "process" }]) {
      const plugin = await hostOf(change, places).open("fake:greeter", greeter);
      expect(plugin.place).toBe("second-machine");
    }
  });

  test("is refused if the runtime can run in none, with the reason", async () => {
    const error = await failureOf(
      hostOf({ offers: () => "it needs a quiet room" }, places).open("fake:greeter", greeter),
    );
    expect(error.code).toBe("TENON_RUNTIME_UNAVAILABLE");
    expect(error.message).toContain("it needs a quiet room");
  });
});
