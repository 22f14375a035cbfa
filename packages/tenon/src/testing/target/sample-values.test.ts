import { describe, expect, test } from "vitest";
import { compileGuard, type FunctionType, type Type } from "../../contract/index.js";
import { dataSink } from "./data-sink.js";
import { kitchenSink } from "./kitchen-sink.js";
import { sameValue, sampleValues } from "./sample-values.js";

const types = Object.entries(kitchenSink.exports.values.members).map(
  ([name, member]) => [name, ((member as FunctionType).parameters[0] as { type: Type }).type] as const,
);

describe("sample values", () => {
  test.each(types)("of %s have the type, and each equals only itself", (_name, type) => {
    const samples = sampleValues(type);
    expect(samples.length).toBeGreaterThan(1);
    for (const sample of samples) {
      expect(compileGuard(type)(sample)).toBe(true);
      expect(sameValue(type, sample, structuredClone(sample))).toBe(true);
    }
    if (type.kind === "flags") return;
    for (const [at, sample] of samples.entries()) {
      for (const other of samples.slice(at + 1)) expect(sameValue(type, sample, other)).toBe(false);
    }
  });

  const dataTypes = Object.entries(dataSink.exports).flatMap(([group, item]) =>
    Object.entries<FunctionType>(item.members).flatMap(([name, member]) =>
      member.parameters.map(({ type }) => [`${group}.${name}`, type] as const),
    ),
  );
  test.each(dataTypes)("of %s have the type, and equal a copy of themselves", (_name, type) => {
    const samples = sampleValues(type);
    expect(samples.length).toBeGreaterThan(1);
    for (const sample of samples) {
      expect(compileGuard(type)(sample)).toBe(true);
      expect(sameValue(type, sample, structuredClone(sample))).toBe(true);
    }
    expect(sameValue(type, samples[0], samples.at(-1))).toBe(false);
  });

  test("-0 is not 0, NaN is NaN, an absent flag is false", () => {
    expect(sameValue({ kind: "f64" }, 0, -0)).toBe(false);
    expect(sameValue({ kind: "f64" }, Number.NaN, Number.NaN)).toBe(true);
    const flags = kitchenSink.exports.values.members.flags.parameters[0]?.type as Type;
    expect(sameValue(flags, {}, { read: false })).toBe(true);
    expect(sameValue(flags, {}, { read: true })).toBe(false);
  });
});
