/** Compares Tenon's predictions for recorded processes with what actually happened. */
import { checkGoPlugins } from "tenon/go";
import { foreseeable } from "./truth.mjs";

/**
 * @import { PluginVerdict } from "tenon/go"
 * @import { ProcessRecord, Tally } from "./types.js"
 */

/**
 * Compares the predictions for one process: `{ checked, agreed, unknown, sameText, disagreements, milliseconds }`. A disagreement is
 * `{ at, kind: "outcome" | "text" | "thrown", real, verdict }`.
 *
 * @param {ProcessRecord} record
 * @param {string | undefined} sysroot
 * @returns {Promise<Tally>}
 */
export async function judge(record, sysroot) {
  const expected = foreseeable(record);
  /** @type {Tally} */
  const tally = {
    checked: expected.length,
    agreed: 0,
    unknown: 0,
    texts: 0,
    sameText: 0,
    disagreements: [],
    milliseconds: 0,
  };
  const started = performance.now();
  /** @type {readonly PluginVerdict[]} */
  let verdicts;
  try {
    const options = { cwd: record.cwd, ...(sysroot === undefined ? {} : { sysroot }) };
    verdicts = (
      await checkGoPlugins(
        record.hostFile,
        record.results.map(({ plugin }) => plugin),
        options,
      )
    ).results;
  } catch (thrown) {
    const error = /** @type {NodeJS.ErrnoException} */ (thrown);
    tally.disagreements.push({
      at: 0,
      kind: "thrown",
      real: expected[0],
      verdict: { error: `${error.code ?? ""} ${error.stack ?? error}` },
    });
    return tally;
  }
  tally.milliseconds = performance.now() - started;
  for (const [at, real] of expected.entries()) {
    const verdict = verdicts[at];
    if (verdict?.outcome === "unknown") {
      tally.unknown++;
      tally.unknownAt ??= at;
      continue;
    }
    if (verdict?.outcome !== real.outcome) {
      tally.disagreements.push({ at, kind: "outcome", real, verdict });
      continue;
    }
    tally.agreed++;
    const [said, happened] = [textOf(verdict), textOf(real)];
    if (happened === undefined) continue;
    tally.texts++;
    if (said === happened) tally.sameText++;
    else tally.disagreements.push({ at, kind: "text", real, verdict });
  }
  return tally;
}

/**
 * Returns the text of an error. The output of a crash is not compared. If several symbols are missing, Go names one in map order, so
 * that part is removed.
 *
 * @param {{ outcome: string; error?: string }} result
 */
function textOf({ outcome, error }) {
  const text = outcome === "error" ? error : undefined;
  return text
    ?.replace(/^==\d+==/, "")
    .replace(
      /could not find symbol \S+: (.*): undefined symbol: (.*)\.[^.]*$/s,
      "could not find symbol: $1: undefined symbol: $2",
    );
}
