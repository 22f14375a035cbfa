import { functionRules } from "./function-rules.js";
import { itemRules } from "./item-rules.js";
import type { Rule } from "./rule.js";
import { valueRules } from "./value-rules.js";

/** Every rule of the comparison, by id. A rule is never renamed: reports and tests name it. */
export const rules = { ...itemRules, ...functionRules, ...valueRules } as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

/** Returns the compat table of docs/contract.md, in Markdown. */
export function rulesTable(): string {
  const rows = Object.entries(rules).map(
    ([id, rule]) => `| \`${id}\` | ${rule.change} | ${rule.severity} | ${rule.effect} |`,
  );
  return ["| rule | difference | severity | effect |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
