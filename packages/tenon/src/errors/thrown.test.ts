import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exceptionThrown } from "./factories/call.js";
import {
  asCause,
  errors,
  isMadeHere,
  isTenonError,
  messageOf,
  passedOn,
  reviveThrown,
  serialiseThrown,
  textOf,
} from "./index.js";

/** Sends a thrown value as a connection does. */
const sent = (thrown: unknown): any => reviveThrown(JSON.parse(JSON.stringify(serialiseThrown(thrown))));

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("a thrown value that is sent", () => {
  it("keeps class, name, message, stack, cause and own properties of an error", () => {
    const error = Object.assign(new RangeError("outer", { cause: Object.assign(new Error("inner"), { code: "X" }) }), {
      name: "PortError",
      status: 404,
      details: {
        when: new Date(0),
        bytes: Uint8Array.of(1, 2),
        big: 5n,
        none: null,
        odd: [undefined, null, Number.NaN, -0],
      },
    });
    const read = sent(error);
    expect(read).toBeInstanceOf(RangeError);
    expect(read).toMatchObject({ name: "PortError", message: "outer", stack: error.stack, status: 404 });
    expect(read.details).toEqual(error.details);
    expect(read.cause).toMatchObject({ message: "inner", code: "X" });
    expect(Object.keys(read)).toEqual(["status", "details"]);
  });

  it("keeps the errors of an AggregateError and the class DOMException", () => {
    const read = sent(new AggregateError([new TypeError("a"), "b"], "both"));
    expect(read).toBeInstanceOf(AggregateError);
    expect(read.errors).toEqual([expect.objectContaining({ message: "a" }), "b"]);
    expect(sent(new DOMException("stop", "AbortError"))).toMatchObject({
      name: "AbortError",
      message: "stop",
      code: 20,
    });
  });

  it("keeps what is not an error", () => {
    for (const value of ["text", 5, 5n, true, null, { status: 404 }, [1, { a: 2 }]]) expect(sent(value)).toEqual(value);
    expect(sent(Symbol("s"))).toBe("Symbol(s)");
    expect(sent(() => {})).toBe("a function");
    expect(sent(revoked())).toBe("a proxy");
  });

  it("leaves out functions, getters, proxies, symbols and what it is part of itself", () => {
    const error: any = Object.assign(new Error("x"), {
      call() {},
      proxy: new Proxy({}, {}),
      kept: 1,
      [Symbol("s")]: 2,
    });
    error.self = error;
    Object.defineProperty(error, "computed", { enumerable: true, get: () => expect.unreachable() });
    expect(Object.keys(sent(error))).toEqual(["kept"]);
  });

  it("cannot change the prototype of what it becomes", () => {
    const read = sent(JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as any).polluted).toBeUndefined();
  });

  it("is bounded, whatever its size, depth and number of parts", () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    for (const huge of [
      new Error("x".repeat(1e6), { cause: new Error("y".repeat(1e6)) }),
      { list: Array(1e5).fill("a"), text: "t".repeat(1e6) },
      Object.fromEntries(Array.from({ length: 1e4 }, (_, at) => [`key${at}`, at])),
      new AggregateError(Array(1e4).fill(new Error("e"))),
      { bytes: new Uint8Array(1e6), big: 2n ** 100_000n },
      deep,
    ]) {
      expect(JSON.stringify(serialiseThrown(huge)).length).toBeLessThan(64 * 1024);
      expect(inspect(asCause(huge), { depth: Infinity, maxArrayLength: null }).length).toBeLessThan(128 * 1024);
    }
  });

  it("can be read from any JSON", () => {
    fc.assert(fc.property(fc.json(), (json) => void inspect(reviveThrown(JSON.parse(json)))));
    const tags = fc.constantFrom("error", "object", "bigint", "number", "date", "bytes", "text", "undefined");
    fc.assert(fc.property(fc.dictionary(tags, fc.jsonValue()), (tagged) => void inspect(reviveThrown(tagged))));
  });
});

describe("the text of a thrown value", () => {
  it("is what a person would write of it", () => {
    expect(textOf(new Error("no such file"))).toBe("no such file");
    expect(textOf(new RangeError("too far"))).toBe("RangeError: too far");
    expect(textOf(new TypeError())).toBe("TypeError");
    expect(textOf({ status: 404 })).toBe("{ status: 404 }");
    expect(textOf(undefined)).toBe("undefined");
    expect(messageOf(new RangeError("too far"))).toBe("too far");
  });

  it("never throws", () => {
    const refuse = () => {
      throw new Error("no");
    };
    const hostile = [
      revoked(),
      new Proxy(new Error("x"), { get: refuse, getPrototypeOf: refuse, has: refuse, ownKeys: refuse }),
      Object.defineProperty(new Error("x"), "message", { get: refuse }),
      Object.assign(new Error("x"), { [inspect.custom]: refuse, toString: refuse, toJSON: refuse }),
      { toString: refuse, toJSON: refuse, [Symbol.toPrimitive]: refuse, [inspect.custom]: refuse },
      Object.setPrototypeOf(new Error("x"), revoked()),
      Object.create(null),
    ];
    for (const thrown of hostile) {
      const error = exceptionThrown("TENON_CALL_THREW", "greet() threw", thrown);
      expect(error.message).toMatch(/^greet\(\) threw: /);
      expect(inspect(error, { depth: 9 })).toContain("greet()");
      expect(isTenonError(thrown)).toBe(false);
      expect(passedOn(thrown)).toBeUndefined();
    }
  });
});

describe("a cause", () => {
  it("is the error itself if it can be read safely, and a copy otherwise", () => {
    class Own extends Error {
      status = 404;
    }
    const own = new Own("x", { cause: new Error("y") });
    expect(asCause(own)).toBe(own);
    const hostile = Object.defineProperty(new Own("x"), "code", { enumerable: true, get: () => expect.unreachable() });
    expect(asCause(hostile) === hostile).toBe(false);
    expect(asCause(hostile)).toMatchObject({ message: "x", status: 404 });
  });
});

describe("an error of Tenon's that foreign code throws on", () => {
  it("is passed on if this package made it, and it says nothing that only the host knows", () => {
    const own = errors.TENON_IMPORT_THREW("the host failed");
    expect(passedOn(own)).toBe(own);
    expect(passedOn(errors.TENON_PLUGIN_CLOSED("closed"))).toBeUndefined();
    expect(passedOn(errors.TENON_CALL_RESULT("its error case"))).toBeUndefined();
    const forged = Object.assign(new Error("fake"), { code: "TENON_VALUE_TYPE", [Symbol.for("tenon.error")]: true });
    expect(isMadeHere(forged)).toBe(false);
    expect(passedOn(forged)).toBeUndefined();
  });

  it("cannot be changed on the way", () => {
    const own: any = errors.TENON_IMPORT_THREW({ message: "the host failed", cause: new Error("why") });
    for (const field of ["code", "message", "cause", "fix", "name", "findings", "payload", "pluginStack", "subject"]) {
      expect(Reflect.set(own, field, "other")).toBe(false);
      expect(Reflect.defineProperty(own, field, { get: () => "other" })).toBe(false);
    }
    expect(Reflect.set(own.fix, "text", "other")).toBe(false);
    const touched = Object.assign(errors.TENON_IMPORT_THREW("x"), {
      [inspect.custom]: () => expect.unreachable(),
      toJSON: () => expect.unreachable(),
    });
    const rebuilt = passedOn(touched);
    expect(rebuilt).not.toBe(touched);
    expect(inspect(rebuilt)).toContain("x");
    expect(rebuilt?.toJSON()).toMatchObject({ code: "TENON_IMPORT_THREW", message: "x" });
  });
});
