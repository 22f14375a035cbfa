export { createComponentBuilder } from "./builder.js";
