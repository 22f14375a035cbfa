import { plugin } from "tenon/guest";
import { greeter } from "../contract.js";

export default plugin(greeter, ({ imports }) => ({
  async greet(name) {
    await imports.log(`greeting ${name}`);
    return `Hello, ${name}!`;
  },
}));
