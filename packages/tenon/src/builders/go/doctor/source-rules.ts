import {
  goLoadEffect,
  goMainFunction,
  goNoSymbols,
  goNotMain,
  goUnclosed,
} from "../../../errors/factories/go-doctor.js";
import type { Finding } from "../../../errors/finding.js";
import { loadEffects } from "./load-effects.js";
import type { PluginSource } from "./plugin-source.js";

/** Finds problems in the plugin's own sources. */
export function sourceFindings({ given, files }: PluginSource): Finding[] {
  const findings: Finding[] = [];
  for (const { path, unclosed } of files) if (unclosed !== undefined) findings.push(goUnclosed(path, unclosed));
  const other = files.find(({ packageName }) => packageName !== "main");
  if (other !== undefined) findings.push(goNotMain(other.path, other.packageName));
  const functions = files.flatMap((file) => file.functions.map((item) => ({ ...item, path: file.path })));
  const names = [
    ...functions.filter(({ isMethod }) => !isMethod).map(({ name }) => name),
    ...files.flatMap(({ variables }) => variables),
  ];
  if (other === undefined && !names.some((name) => /^\p{Lu}/u.test(name))) findings.push(goNoSymbols(given));
  const main = functions.find(({ name, isMethod, body }) => name === "main" && !isMethod && body.length > 0);
  if (main !== undefined && other === undefined) findings.push(goMainFunction(main.path, main.line));
  for (const { file, line, call, effect } of loadEffects(files)) findings.push(goLoadEffect(file, line, call, effect));
  return findings;
}
