import {
  type Case,
  conformanceCases,
  type Feature,
  featureTitles,
  type Result,
  suiteFeatures,
  type Target,
} from "tenon/testing";

/** The suite's results for one target. */
export interface Outcome {
  readonly target: Target;
  readonly results: readonly Result[];
}

/** Reasons in the order of their first use in the table; cells refer to them by number. */
class Footnotes {
  readonly list: string[] = [];

  number(reason: string): number {
    const known = this.list.indexOf(reason);
    return known === -1 ? this.list.push(reason) : known + 1;
  }
}

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly reasons: readonly string[];
}

/** Features down, runtimes and places across: `✓` all passed, `✓ 3 of 4`, `–` not supported, `✗` failed. */
export function tableOf(outcomes: readonly Outcome[]): Table {
  const notes = new Footnotes();
  const rows = suiteFeatures.map((feature) => [
    featureTitles[feature],
    ...outcomes.map((outcome) => cell(feature, outcome, notes)),
  ]);
  return {
    header: ["", ...outcomes.map(({ target }) => `${target.runtime} · ${target.place}`)],
    rows,
    reasons: notes.list,
  };
}

function cell(feature: Feature, { results }: Outcome, notes: Footnotes): string {
  const own = results.filter((result) => result.case.feature === feature);
  const passed = own.filter(({ status }) => status === "passed").length;
  const failed = own.filter(({ status }) => status === "failed").length;
  const reasons = [...new Set(own.flatMap((result) => (result.status === "not offered" ? [result.reason] : [])))];
  const marks = reasons.map((reason) => `[${notes.number(reason)}]`).join("");
  if (failed > 0) return `✗ ${failed} of ${own.length} failed ${marks}`.trimEnd();
  if (passed === 0) return `– ${marks}`;
  return passed === own.length ? `✓ ${passed}` : `✓ ${passed} of ${own.length} ${marks}`;
}

/** For a terminal: columns of equal width, then the reasons, then the failures. */
export function plainText(outcomes: readonly Outcome[]): string {
  const { header, rows, reasons } = tableOf(outcomes);
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((value, column) => value.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...text, "", ...reasons.map((reason, at) => `[${at + 1}] ${reason}`), ...failures(outcomes)].join("\n");
}

function failures(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ target, results }) =>
    results.flatMap((result) => {
      if (result.status !== "failed") return [];
      const { error } = result;
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return [`\n✗ ${target.runtime} · ${target.place} · ${result.case.id}: ${result.case.title}\n${why}`];
    }),
  );
}

/** The text of docs/conformance.md. It depends on the results only, not on time or machine. */
export function markdown(outcomes: readonly Outcome[]): string {
  const { header, rows, reasons } = tableOf(outcomes);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `# Conformance

The results of \`npm run conformance\`, which runs every case of the suite in \`tenon/testing\` for every runtime in every place,
on real plugins (\`packages/conformance/fixtures\`). Each cell shows how many cases passed. If a runtime does not support a
feature in a place, the footnote says why.

${row(header)}
${row(header.map((_, at) => (at === 0 ? "---" : ":---")))}
${rows.map((cells) => row(cells.map((value) => value.replace(/\[(\d+)\]/g, "<sup>$1</sup>")))).join("\n")}

✓ passed, – not supported, ✗ failed.

${reasons.map((reason, at) => `${at + 1}. ${reason}`).join("\n")}

## Cases

${suiteFeatures.map((feature) => section(feature, conformanceCases)).join("\n\n")}
`;
}

function section(feature: Feature, cases: readonly Case[]): string {
  const own = cases.filter((item) => item.feature === feature);
  return `### ${featureTitles[feature]}\n\n${own.map(({ id, title }) => `- \`${id}\` ${title}`).join("\n")}`;
}
