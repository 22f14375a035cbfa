import { contract, t } from "tenon";

export const counter = contract("demo:counter@1.0.0", {
  exports: {
    count: t.func([["word", t.string]], t.u32, { async: true }),
    report: t.func([], t.list(t.tuple(t.string, t.u32)), { async: true }),
    /** Stores a text under a name. */
    note: t.func(
      [
        ["name", t.string],
        ["text", t.string],
      ],
      undefined,
      { async: true },
    ),
  },
});
