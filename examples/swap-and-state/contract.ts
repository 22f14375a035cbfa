import { contract, t } from "tenon";

export const counter = contract("demo:counter@1.0.0", {
  exports: {
    version: t.func([], t.string),
    increment: t.func([["by", t.u32]], t.u32),
  },
});
