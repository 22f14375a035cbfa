import { contract, t } from "tenon";

export const bytesContract = contract("bench:bytes@1.0.0", {
  exports: {
    echo: t.func([["bytes", t.bytes]], t.bytes),
    pass: t.func([["bytes", t.own(t.bytes)]], t.own(t.bytes)),
    peak: t.func([], t.f64),
  },
});
export const bytesPlugin = new URL("plugins/bytes.mjs", import.meta.url);
export const size = 100_000_000;
