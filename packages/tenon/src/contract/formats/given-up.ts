import type { Contract } from "../model/model.js";
import { contractFromJson } from "./from-json.js";
import { contractToJson } from "./to-json.js";

const givers = new WeakMap<Contract, boolean>();
const made = new WeakMap<Contract, WeakMap<Contract, Contract>>();

/**
 * Returns a plugin's contract in which those bytes are given up that the host's contract gives up in the same place, and no
 * others: what a plugin says must not empty an array of the host.
 */
export function givingUpAs(host: Contract, plugin: Contract): Contract {
  if (!givesUp(host) && !givesUp(plugin)) return plugin;
  let known = made.get(host);
  if (known === undefined) made.set(host, (known = new WeakMap()));
  let contract = known.get(plugin);
  if (contract === undefined) {
    contract = contractFromJson(
      marked(contractToJson(plugin), contractToJson(host)) as ReturnType<typeof contractToJson>,
    );
    known.set(plugin, contract);
  }
  return contract;
}

function givesUp(contract: Contract): boolean {
  let known = givers.get(contract);
  if (known === undefined) {
    known = JSON.stringify(contractToJson(contract)).includes('{"own":{"list":"u8"}}');
    givers.set(contract, known);
  }
  return known;
}

/** Returns a part of the plugin's document, with the marks that the host's has there. */
function marked(plugin: any, host: any): unknown {
  if (typeof plugin !== "object" || plugin === null) return plugin;
  if (Array.isArray(plugin)) return markedList(plugin, Array.isArray(host) ? host : []);
  if (plugin.list === "u8" || plugin.own?.list === "u8")
    return host?.own?.list === "u8" ? { own: { list: "u8" } } : { list: "u8" };
  return Object.fromEntries(
    Object.entries(plugin).map(([key, value]) => [
      key,
      key === "parameters" || key === "tuple"
        ? (value as unknown[]).map((item, at) => marked(item, host?.[key]?.[at]))
        : marked(value, host?.[key]),
    ]),
  );
}

/** Types, items, fields, cases and functions are found by their names: each side may have some that the other has not. */
function markedList(plugin: readonly any[], host: readonly any[]): unknown[] {
  const byName = new Map(host.map((item) => [nameOf(item), item]));
  return plugin.map((item) => marked(item, byName.get(nameOf(item))));
}

function nameOf(item: { readonly owner?: string; readonly name?: string }): string {
  return `${item.owner ?? ""} ${item.name}`;
}
