import type { Fix } from "../../errors/index.js";
import type { Contract, FunctionType, InterfaceType, Item, Items, ResourceType } from "../model/model.js";
import { camel } from "../model/names.js";
import { relateFunctions } from "./functions.js";
import { className, pairItems, resourceFunctions, versionOf } from "./pairs.js";
import { relater } from "./relate.js";
import { type Change, change, type Relate } from "./relation.js";
import { sameResource } from "./resources.js";
import type { DifferenceSeverity, Party } from "./rule.js";
import { type RuleId, rules } from "./rules.js";
import { absent, functionText } from "./text.js";

/** Whether a plugin's contract fits the host's: as it is, with conversion of values, or not at all. */
export type Verdict = "fits" | "adapts" | "breaks";

/** One difference between two contracts. */
export interface Difference {
  /** The path: `exports.greet(): parameter "name"`, `exports.find(): result.age`, `imports.log()`. */
  readonly path: string;
  readonly severity: DifferenceSeverity;
  /** What the host's contract has there, as WIT text, or `absent`. */
  readonly host: string;
  /** What the plugin's contract has there, as WIT text, or `absent`. */
  readonly plugin: string;
  readonly message: string;
  readonly fix: Fix;
  /** The row of the compat table in docs/contract.md. */
  readonly rule: RuleId;
}

export interface Comparison {
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
}

/**
 * Compares the host's contract with the plugin's, function by function.
 *
 * The host calls exports; the plugin calls imports. Parameters go from caller to callee, results back, and the receiver must
 * be able to read each value. Documentation never matters, nor does the order of items, fields, cases and flags. See
 * docs/contract.md, "Compat"; {@link rules} has every row.
 *
 * The functions of {@link adaptContract} do the conversions that `adapts` promises. At most 64 differences are reported for
 * one type at one path, the most severe first.
 *
 * @throws TENON_CONTRACT_TOO_LARGE if more than 250,000 pairs of types would be compared.
 */
export function compareContracts(host: Contract, plugin: Contract): Comparison {
  const differences: Difference[] = [];
  compareHeads(host, plugin, differences);
  const relate = relater(sameResource(host, plugin));
  new Side("exports", "host", "plugin", differences, relate).items(host.exports, plugin.exports);
  new Side("imports", "plugin", "host", differences, relate).items(plugin.imports, host.imports);
  return { verdict: verdictOf(differences), differences };
}

function verdictOf(differences: readonly Difference[]): Verdict {
  if (differences.some(({ severity }) => severity === "breaks")) return "breaks";
  return differences.some(({ severity }) => severity === "adapts") ? "adapts" : "fits";
}

function compareHeads(host: Contract, plugin: Contract, differences: Difference[]): void {
  const report = (rule: RuleId, path: string, from: string, to: string) =>
    differences.push(difference(change(rule, { from, to }), path, "host", "plugin"));
  const names = [host, plugin].map((contract) => `${contract.namespace}:${contract.package}`);
  if (names[0] !== names[1]) report("contract-package", "id", names[0]!, names[1]!);
  if (host.world !== plugin.world) report("contract-world", "id", host.world, plugin.world);
  if (host.version !== plugin.version)
    report("contract-version", "id", host.version ?? absent, plugin.version ?? absent);
}

/** Turns a change into a difference between host and plugin. */
function difference(item: Change, path: string, from: Party, to: Party): Difference {
  const [source, target] = item.reversed ? [to, from] : [from, to];
  const rule = rules[item.rule];
  const facts = { from: source, to: target, name: item.name, fromText: item.fromText, toText: item.toText };
  const full = path + item.path;
  const message = `${full}: ${rule.message(facts)}`;
  return {
    path: full,
    severity: rule.severity,
    host: source === "host" ? item.fromText : item.toText,
    plugin: source === "plugin" ? item.fromText : item.toText,
    message,
    fix: { text: rule.fix(facts) },
    rule: item.rule,
  };
}

/** Compares the export lists (the host calls) or the import lists (the plugin calls). */
class Side {
  readonly #root: "exports" | "imports";
  readonly #caller: Party;
  readonly #callee: Party;
  readonly #differences: Difference[];
  readonly #relate: Relate;

  constructor(root: "exports" | "imports", caller: Party, callee: Party, differences: Difference[], relate: Relate) {
    this.#root = root;
    this.#caller = caller;
    this.#callee = callee;
    this.#differences = differences;
    this.#relate = relate;
  }

  items(needed: Items, offered: Items, path: string = this.#root): void {
    const pairs = pairItems(needed, offered);
    const paired = new Set([...pairs.values()].map((each) => each.key));
    for (const [key, item] of Object.entries(needed)) {
      const other = pairs.get(key);
      const label = `${path}.${key}`;
      if (other === undefined) this.#missing(label, key, item);
      else if (item.kind === "function" && other.item.kind === "function") this.#function(label, key, item, other.item);
      else if (item.kind === "interface" && other.item.kind === "interface")
        this.#interface(label, key, item, other.item);
      else if (item.kind === "resource" && other.item.kind === "resource") this.#resource(label, item, other.item);
      else this.#report("item-kind", label, { name: key, from: article(item), to: article(other.item) });
    }
    for (const [key, item] of Object.entries(offered)) if (!paired.has(key)) this.#extra(`${path}.${key}`, key, item);
  }

  #function(label: string, name: string, needed: FunctionType, offered: FunctionType): void {
    for (const item of relateFunctions(needed, offered, name, this.#relate).changes) {
      this.#differences.push(difference(item, label, this.#caller, this.#callee));
    }
  }

  #interface(label: string, key: string, needed: InterfaceType, offered: InterfaceType): void {
    if (versionOf(needed) !== versionOf(offered)) {
      this.#report("interface-version", label, { name: key, from: needed.id ?? absent, to: offered.id ?? absent });
    }
    this.items(needed.members, offered.members, label);
  }

  #resource(label: string, needed: ResourceType, offered: ResourceType): void {
    const others = new Map(resourceFunctions(offered));
    for (const [key, { label: name, type }] of resourceFunctions(needed)) {
      const other = others.get(key);
      others.delete(key);
      const path = `${label}.${camel(name)}`;
      const full = `${className(needed)}.${camel(name)}`;
      if (other === undefined) this.#missing(path, full, type);
      else this.#function(path, full, type, other.type);
    }
    for (const { label: name, type } of others.values()) {
      this.#extra(`${label}.${camel(name)}`, `${className(offered)}.${camel(name)}`, type);
    }
  }

  #missing(label: string, name: string, item: Item): void {
    const facts = { name, from: itemText(item), to: absent };
    if (item.kind === "function")
      this.#report(item.optional ? "function-optional-missing" : "function-missing", `${label}()`, facts);
    else if (item.kind === "resource") this.#report("resource-missing", label, facts);
    else this.#report(isOptional(item) ? "interface-optional-missing" : "interface-missing", label, facts);
  }

  #extra(label: string, name: string, item: Item): void {
    const facts = { name, from: absent, to: itemText(item) };
    if (item.kind === "function") this.#report("function-extra", `${label}()`, facts);
    else this.#report(item.kind === "resource" ? "resource-extra" : "interface-extra", label, facts);
  }

  #report(rule: RuleId, path: string, facts: { name: string; from: string; to: string }): void {
    this.#differences.push(difference(change(rule, facts), path, this.#caller, this.#callee));
  }
}

function isOptional(item: InterfaceType): boolean {
  return Object.values(item.members).every((member) => member.kind === "function" && member.optional);
}

function itemText(item: Item): string {
  if (item.kind === "function") return functionText(item);
  return item.kind === "resource" ? `resource ${item.name}` : (item.id ?? "interface");
}

function article(item: Item): string {
  return item.kind === "interface" ? "an interface" : `a ${item.kind}`;
}
