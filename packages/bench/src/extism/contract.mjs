import { contract, t } from "tenon";

/** The functions of the sample plugin that the benchmarks call, and the host functions that it calls. */
export const sample = contract("demo:sample@1.0.0", {
  imports: {
    storeText: t.func([["text", t.string]], t.string),
    storeBytes: t.func([["bytes", t.bytes]], t.bytes),
    storePerson: t.func([["person", t.string]], t.string),
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
    add: t.func([["numbers", t.bytes]], t.bytes),
    upper: t.func([["text", t.bytes]], t.bytes),
    greet: t.func([["name", t.string]], t.string),
    throughHost: t.func([["text", t.string]], t.string),
  },
});
