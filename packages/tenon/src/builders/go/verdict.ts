import { goHostSourceDiffers, goMisfit, goUnverified } from "../../errors/factories/go-build.js";
import type { Finding } from "../../errors/finding.js";
import type { HostRequirements } from "./host/requirements.js";
import type { Pin } from "./modules/pin-modules.js";

/** The prediction for one plugin in one host. */
export interface Verdict {
  readonly outcome: "opens" | "error" | "crash" | "hang" | "unknown";
  /** The error that `plugin.Open` would return. */
  readonly error?: string | undefined;
  /** Packages that differ. */
  readonly packages: readonly string[];
  readonly findings: readonly Finding[];
}

/** Predicts whether a host opens a plugin, without running either. */
export type Verify = (
  host: string,
  plugin: string,
  /** `runsHere`: whether the host was built for a machine like this one, so that this machine's libraries apply. */
  about: { readonly runsHere: boolean },
) => Promise<Verdict>;

/**
 * Rejects a plugin that the host would not open. Returns the findings to report for one that it would open.
 *
 * @throws TENON_GO_MISFIT, TENON_GO_HOST_SOURCE
 */
export function expectFit(
  verdict: Verdict,
  about: { draft: string; output: string; required: HostRequirements; pins: readonly Pin[] },
): Finding[] {
  const { draft, output, required, pins } = about;
  const named = (text: string) =>
    text.replaceAll(draft, output).replaceAll(draft.replace(/\.so$/, ""), output.replace(/\.so$/, ""));
  const findings = verdict.findings.map((item) => ({
    ...item,
    subject: named(item.subject),
    message: named(item.message),
    fix: { ...item.fix, ...(item.fix.command === undefined ? {} : { command: named(item.fix.command) }) },
  }));
  if (verdict.outcome === "opens") return findings.filter(({ severity }) => severity !== "info");
  if (verdict.outcome === "unknown") return [goUnverified(output, required.host), ...findings];
  const { host } = required;
  const main = required.main?.path ?? "";
  const packages = verdict.packages.filter((path) => path === main || path.startsWith(`${main}/`));
  if (main !== "" && packages.length > 0) {
    const source = pins.find(({ path }) => path === main)?.version;
    throw goHostSourceDiffers({ host, main, packages, source, findings });
  }
  const error = verdict.error === undefined ? undefined : named(verdict.error);
  const outcome = { kind: verdict.outcome, error };
  throw goMisfit({ host, output, outcome, packages: verdict.packages, findings });
}
