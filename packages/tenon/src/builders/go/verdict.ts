import { errors, type Finding, finding } from "../../errors/index.js";
import type { Pin } from "./modules/pin-modules.js";
import type { HostRequirements } from "./requirements.js";

/** What was foretold of one plugin in one host. */
export interface Verdict {
  readonly outcome: "opens" | "error" | "crash" | "hang" | "unknown";
  /** What `plugin.Open` would answer. */
  readonly error?: string | undefined;
  /** Packages that differ. */
  readonly packages: readonly string[];
  readonly findings: readonly Finding[];
}

/** Foretells whether a host opens a plugin; runs neither. */
export type Verify = (
  host: string,
  plugin: string,
  /** `runsHere`: whether the host is made for a machine like this one, so that its libraries tell something. */
  about: { readonly runsHere: boolean },
) => Promise<Verdict>;

/**
 * Refuses a plugin that would not be opened; gives the findings worth telling of one that would.
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
  if (verdict.outcome === "unknown") {
    const message = `${output} was built with all that ${required.host} tells; whether it opens cannot be told`;
    return [finding("TENON_GO_UNVERIFIED", { severity: "warning", subject: output, message }), ...findings];
  }
  const main = required.main?.path ?? "";
  const ofHost = verdict.packages.filter((path) => path === main || path.startsWith(`${main}/`));
  const source = pins.find(({ path }) => path === main)?.version ?? "another source";
  if (main !== "" && ofHost.length > 0)
    throw errors.TENON_GO_HOST_SOURCE({
      message: `${ofHost.join(", ")}: compiled from ${source}, which is not the source that ${required.host} was built from`,
      subject: ofHost[0] ?? main,
      findings,
    });
  const what = verdict.error === undefined ? `the host would ${verdict.outcome}` : named(verdict.error);
  const packages = verdict.packages.length === 0 ? "" : `\npackages that differ: ${verdict.packages.join(", ")}`;
  throw errors.TENON_GO_MISFIT({
    message: `${required.host} would not open ${output}: ${what}${packages}`,
    subject: output,
    findings,
  });
}
