export { checkExtism } from "./check.js";
export { extismContract } from "./contract.js";
