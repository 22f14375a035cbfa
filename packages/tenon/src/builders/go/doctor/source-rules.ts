import { type Finding, finding } from "../../../errors/index.js";
import { loadEffects } from "./load-effects.js";
import type { Subject } from "./subject.js";

/** What the plugin's own sources tell. */
export function sourceFindings({ given, files }: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const { path, open } of files) {
    if (open === undefined) continue;
    const message = `${path}:${open}: something that begins here is not closed`;
    findings.push(finding("TENON_GO_DOCTOR_SYNTAX", { subject: path, message }));
  }
  const other = files.find(({ packageName }) => packageName !== "main");
  if (other !== undefined) {
    const message = `${other.path} begins with package ${other.packageName ?? "…"}`;
    findings.push(finding("TENON_GO_DOCTOR_NOT_MAIN", { subject: other.path, message }));
  }
  const functions = files.flatMap((file) => file.functions.map((item) => ({ ...item, path: file.path })));
  const names = [
    ...functions.filter(({ isMethod }) => !isMethod).map(({ name }) => name),
    ...files.flatMap(({ variables }) => variables),
  ];
  if (other === undefined && !names.some((name) => /^\p{Lu}/u.test(name))) {
    const message = `${given} exports no function and no variable, so that a host finds nothing in it`;
    findings.push(finding("TENON_GO_DOCTOR_NO_SYMBOLS", { severity: "warning", subject: given, message }));
  }
  const main = functions.find(({ name, isMethod, body }) => name === "main" && !isMethod && body.length > 0);
  if (main !== undefined && other === undefined) {
    const message = `${main.path}:${main.line}: main does something, and a host never calls it`;
    findings.push(finding("TENON_GO_DOCTOR_MAIN_FUNCTION", { severity: "info", subject: main.path, message }));
  }
  for (const { file, line, what, severity, why } of loadEffects(files)) {
    const message = `${file}:${line}: ${what} while the plugin is loaded: ${why}`;
    findings.push(finding("TENON_GO_DOCTOR_INIT", { severity, subject: `${file}:${line}`, message }));
  }
  return findings;
}
