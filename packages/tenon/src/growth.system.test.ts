import { growth } from "@tenon/fixtures/operations";
import { describe, expect, test, vi } from "vitest";
import { cBindings } from "./builders/c/bindings/index.js";
import { generateBindings } from "./builders/go/module/bindings/index.js";
import { entrySource } from "./builders/typescript/component/entry.js";
import { adviseVersion } from "./contract/compat/advice.js";
import { adaptContract, compareContracts } from "./contract/compat/index.js";
import {
  type Contract,
  compileCheckedCopy,
  compileGuard,
  compileMeasure,
  contract,
  contractFromJson,
  contractFromWit,
  contractToDts,
  contractToJson,
  contractToProto,
  contractToWit,
  findSignature,
  fingerprint,
  signatures,
  t,
} from "./contract/index.js";
import { Control } from "./host/control.js";
import { createGate } from "./host/gate.js";
import { defaultLimits } from "./host/options.js";
import { Functions } from "./host/plugin.js";
import { createPoint, type PointMember } from "./host/point.js";
import { compileDecoder, compileEncoder } from "./rpc/codec/index.js";
import { Boundary, implement } from "./runtime/index.js";
import { memoryNeeds } from "./runtimes/wasm/core-module/memory-needs.js";
import { functionTypesEqual } from "./runtimes/wasm/type-equality.js";

/** Linear is 4, quadratic 16. What V8 inlines or collects is not counted, so the figure is not exact; sorting adds a little. */
const linear = 8;

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join("\n");
const inInterface = (text: string) => `package a:b@1.0.0; interface i { ${text} } world w { export i; }`;

/** Contracts of a size, each with another part that grows. */
const shapes: Readonly<Record<string, (size: number) => string>> = {
  "many records and functions": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: u8, y: list<string> }`)} ${repeat(n, (i) => `call${i}: func(x: r${i}) -> option<r${(i * 7) % n}>;`)}`,
    ),
  "one large record": (n) =>
    inInterface(`record r { ${repeat(n, (i) => `field${i}: option<u8>,`)} } call: func(x: r) -> r;`),
  "one large enum": (n) => inInterface(`enum e { ${repeat(n, (i) => `case${i},`)} } call: func(x: e) -> e;`),
  "a large type that every function uses": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: u8 }`)} variant v { ${repeat(n, (i) => `case${i}(r${i}),`)} } ${repeat(n, (i) => `call${i}: func(x: v) -> v;`)}`,
    ),
  "records that use each other on ten levels": (n) =>
    inInterface(
      `${repeat(n, (i) => `record r${i} { x: ${i < n / 10 ? "u8" : `r${Math.floor(i - n / 10)}`}, y: u8 }`)} ${repeat(n, (i) => `call${i}: func(x: r${i}) -> r${n - 1};`)}`,
    ),
  "many resources": (n) =>
    inInterface(repeat(n, (i) => `resource r${i} { constructor(); next: func() -> r${(i + 1) % n}; }`)),
  "many interfaces that share a large type": (n) =>
    `package a:b@1.0.0; interface types { ${repeat(n, (i) => `record r${i} { x: u8 }`)} variant v { ${repeat(n, (i) => `case${i}(r${i}),`)} } }
${repeat(n, (i) => `interface i${i} { use types.{v}; call: func(x: v) -> v; }`)} world w { ${repeat(n, (i) => `export i${i};`)} }`,
  "many functions of the world itself": (n) =>
    `package a:b@1.0.0; world w { ${repeat(n, (i) => `record r${i} { x: u8 } export call${i}: func(x: r${i}) -> r${i};`)} }`,
};

const functionsOf = (made: Contract) => signatures(made.exports).map(({ type }) => type);
const typesOf = (made: Contract) =>
  functionsOf(made).flatMap(({ parameters, result }) => [
    ...parameters.map(({ type }) => type),
    ...(result ? [result] : []),
  ]);
const allLimits = { ...defaultLimits, bytes: 1000 };
const nowhere = {
  active: undefined,
  whenActive: () => Promise.reject(new Error()),
  whenReady: () => Promise.reject(new Error()),
  refusal: () => new Error() as any,
};
const boundary = () => new Boundary({ table: { get: () => undefined }, validates: true });

const anyAuthor = { hasMethod: () => true, hasFunction: () => false, takesContext: () => false };

/** Everything that follows the types of a contract. */
const walks: Readonly<Record<string, (made: Contract, other: Contract) => unknown>> = {
  contractToWit,
  "contractToJson and contractFromJson": (made) => contractFromJson(JSON.stringify(contractToJson(made))),
  contractToDts,
  contractToProto,
  fingerprint,
  compareContracts,
  adaptContract,
  adviseVersion,
  "guards and copies": (made) => {
    for (const type of typesOf(made)) [compileGuard(type), compileCheckedCopy(type), compileMeasure(type)];
  },
  codecs: (made) => {
    for (const type of typesOf(made)) [compileEncoder(type), compileDecoder(type)];
  },
  "binding, finding, with": (made) => {
    const functions = new Functions(made, allLimits, nowhere);
    for (const symbol of functions.symbols()) functions.lookup(symbol);
    functions.withOptions({ deadline: 1 });
  },
  "implementing nothing": (made) =>
    implement(
      made.exports,
      {},
      { boundary: boundary(), subject: "plugin", threw: "TENON_CALL_THREW", missing: "TENON_EXPORT_MISSING" },
    ),
  memoryNeeds,
  functionTypesEqual: (made, other) => {
    const others = functionsOf(other);
    for (const [index, type] of functionsOf(made).entries()) functionTypesEqual(type, others[index]!);
  },
  points: (made) => createPoint(made),
  "bindings for C": cBindings,
  "bindings for Go": (made) => generateBindings(made, anyAuthor),
  "the entry of a TypeScript component": (made) => entrySource(made, "./plugin.ts", "./guest.ts"),
};

describe.each(Object.entries(shapes))("a contract with %s", (_, text) => {
  const size = 60;

  test("is read in linear time", async () => {
    expect(await growth(size, (n) => () => contractFromWit(text(n)))).toBeLessThan(linear);
  });

  test.each(Object.entries(walks))("%s takes linear time", async (_name, walk) => {
    const prepare = (n: number) => {
      const [made, other] = [contractFromWit(text(n)), contractFromWit(text(n))];
      return () => walk(made, other);
    };
    expect(await growth(size, prepare)).toBeLessThan(linear);
  });
});

const greeter = contract("test:greeter", { exports: { greet: t.func([["name", t.string]], t.string) } });
const member = (index: number, requires: Readonly<Record<string, string>> = {}): PointMember => ({
  name: `plugin-${index}`,
  version: "1.0.0",
  priority: index % 7,
  requires,
  state: "active",
  exports: {},
  sync: { greet: (name: string) => name },
  callable: () => (name: string) => name,
});

describe("a point", () => {
  test("with plugins whose dependencies are missing takes linear time", async () => {
    const prepare = (n: number) => () => {
      const point = createPoint(greeter, { onFailure: "skip" });
      for (let index = 0; index < n; index++) point.add(member(index, { [`missing-${index}`]: "^1.0.0" }));
      return point.sync.series.greet("Ada");
    };
    expect(await growth(200, prepare)).toBeLessThan(linear);
  });

  test("with plugins that require each other takes linear time", async () => {
    const prepare = (n: number) => () => {
      const point = createPoint(greeter);
      for (let index = 0; index < n; index++)
        point.add(member(index, index === 0 ? {} : { [`plugin-${index - 1}`]: "^1.0.0" }));
      return point.sync.series.greet("Ada");
    };
    expect(await growth(200, prepare)).toBeLessThan(linear);
  });

  test("that changes between calls does little more than call its plugins", async () => {
    // Each call reaches all plugins, so the calls alone are quadratic, which is 16; putting them in order adds a logarithm.
    const changing = (n: number) => () => {
      const point = createPoint(greeter);
      for (let index = 0; index < n; index++) {
        point.add(member(index));
        point.sync.series.greet("Ada");
      }
    };
    expect(await growth(100, changing)).toBeLessThan(21);
  });
});

describe("calls", () => {
  test("that share one signal add one listener to it", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const gate = createGate({ concurrency: 1, queue: 100 });
    void gate.enter();
    const controls = Array.from({ length: 100 }, () => new Control("call()", 0, signal, () => {}));
    for (let index = 0; index < 100; index++) (gate.enter(signal) as Promise<void>).catch(() => {});
    expect(add).toHaveBeenCalledTimes(1);
    for (const control of controls) control.end();
    expect(remove).not.toHaveBeenCalled();
    gate.drain(new Error() as any);
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test("find their function by name at the same cost, however many there are", async () => {
    const prepare = (n: number) => {
      const made = contractFromWit(shapes["many records and functions"]!(n));
      return () => {
        for (let index = 0; index < n; index++) findSignature(made, `i.call${index}`);
      };
    };
    expect(await growth(100, prepare)).toBeLessThan(linear);
  });
});
