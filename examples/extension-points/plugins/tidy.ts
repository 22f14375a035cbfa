import { plugin } from "tenon/guest";
import { formatter } from "../contract.js";

/** TypeScript. Its manifest gives it priority 10, so it comes before plugins without a priority. */
export default plugin(formatter, {
  about: () => "tidy: one space between words",
  format: (text) => text.trim().replace(/\s+/g, " "),
  language: () => undefined,
});
