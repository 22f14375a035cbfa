/** What cargo's progress bar shows: `   Building [===>    ] 2/12: serde, syn`. */
const bar = /^\s*Building \[[=> ]*\] (\d+)\/(\d+)(?:: (.*))?$/;
const step = /^\s*(Downloading|Downloaded|Updating|Blocking) (.*)$/;

/**
 * Turns a line that cargo prints into a step for people; `undefined` for other lines.
 *
 * `compiling crate 3 of 12: serde`, `downloading crates ...`
 */
export function stepIn(line: string): string | undefined {
  const [, done, total, crates] = bar.exec(line) ?? [];
  if (done !== undefined && total !== undefined) {
    // The bar counts what is finished.
    const current = Math.min(Number(done) + 1, Number(total));
    const names = crates === undefined || crates.trim() === "" ? "" : `: ${crates.trim()}`;
    return `compiling crate ${current} of ${total}${names}`;
  }
  const [, verb, rest] = step.exec(line) ?? [];
  return verb === undefined ? undefined : `${verb.toLowerCase()} ${rest}`;
}

/** Whether cargo prints a line to show progress, so that it says nothing about a failure. */
export function isProgress(line: string): boolean {
  return bar.test(line) || step.test(line) || /^\s*(?:Compiling|Locking|Adding|warning:)/.test(line);
}
