import { contract, t } from "tenon";

export const shop = contract("demo:shop@1.0.0", {
  imports: { stock: t.func([["item", t.string]], t.u32) },
  exports: {
    price: t.func(
      [
        ["item", t.string],
        ["count", t.u32],
      ],
      t.u32,
    ),
  },
});
