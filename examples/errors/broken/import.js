export { price } from "./prices.js";
