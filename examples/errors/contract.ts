import { contract, t } from "tenon";

export const shop = contract("demo:shop@1.0.0", {
  imports: { fetchPrice: t.func([["article", t.string]], t.u32) },
  exports: {
    price: t.func([["article", t.string]], t.u32),
    catalogue: t.func([["kibibytes", t.u32]], t.string),
    categories: t.func([], t.list(t.list(t.string))),
    stock: t.func([], t.u32),
    recount: t.func([], t.u32),
    reorder: t.func([], t.u32),
  },
});
