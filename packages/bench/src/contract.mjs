import { contract, t } from "tenon";

export const arithmetic = contract("bench:arithmetic@1.0.0", {
  exports: {
    add: t.func(
      [
        ["a", t.s32],
        ["b", t.s32],
      ],
      t.s32,
    ),
    upper: t.func([["text", t.string]], t.string),
    note: t.func([["value", t.s32]]),
  },
});
