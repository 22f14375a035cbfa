import { plugin } from "tenon/guest";
import { shop } from "../contract.js";

export default plugin(shop, ({ imports }) => ({
  async price(item, count) {
    if ((await imports.stock(item)) < count) throw new Error(`not enough of ${item}`);
    return count * 5;
  },
}));
