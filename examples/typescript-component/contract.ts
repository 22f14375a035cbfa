import { contract, t } from "tenon/contract";

/** The contract of host and plugin. contract.wit is the same in WIT. */
export const units = contract("demo:units@1.0.0", {
  imports: { log: t.func([["line", t.string]]) },
  exports: {
    convert: t.func(
      [
        ["lengths", t.list(t.f64)],
        ["unit", t.string],
        ["into", t.string],
      ],
      t.result(t.list(t.f64), t.string),
    ),
  },
});
