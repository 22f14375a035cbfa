import { type Contract, contractToWit } from "../contract/index.js";

const texts = new WeakMap<Contract, string>();

/** Returns `contractToWit(contract)`, and keeps it as long as the contract: a builder needs it each time that a plugin is opened. */
export function contractText(contract: Contract): string {
  let text = texts.get(contract);
  if (text === undefined) texts.set(contract, (text = contractToWit(contract)));
  return text;
}
