import { isPublished } from "../host/host-facts.js";
import type { HostRequirements } from "../host/requirements.js";

/**
 * Returns a go.mod for the author of a plugin: with the host's Go release, and every module of the host at its version.
 *
 * @param modulePath the plugin's module.
 * Source: Go modules reference, "go.mod files".
 */
export function moduleFileText(required: HostRequirements, modulePath = "example.com/plugin"): string {
  const { release, modules, main } = required;
  const lines = [
    `// The requirements of a plugin for ${required.host} (${required.goVersion}, ${required.os}/${required.arch}).`,
    "// go mod tidy removes modules that the plugin does not import. Do not change the versions of the others.",
    `module ${word(modulePath)}`,
    "",
    ...goLines(release, required.goVersion),
  ];
  if (main !== undefined)
    lines.push(
      "",
      `// The host's own module is ${main.path} ${main.version}. Its packages are compiled under a different path in a plugin`,
      "// that requires it; tenon go build --for handles that.",
    );
  if (modules.length > 0) lines.push("", "require (", ...modules.map((module) => `\t${requireLine(module)}`), ")");
  const replaced = modules.flatMap(({ path, replace }) => (replace === undefined ? [] : [{ path, replace }]));
  if (replaced.length > 0) lines.push("");
  for (const { path, replace } of replaced) {
    if (isPublished(replace.version))
      lines.push(`replace ${word(path)} => ${word(replace.path)} ${word(replace.version)}`);
    else
      lines.push(
        `// ${path}: the host replaces it with its folder ${replace.path}, which is not published.`,
        "// Get a copy of that folder, and replace the module with it, too.",
      );
  }
  return `${lines.join("\n")}\n`;
}

function goLines(release: string | undefined, goVersion: string): string[] {
  const [, minor] = /^go(1\.\d+)/.exec(release ?? "") ?? [];
  if (minor === undefined || release === undefined)
    return [`// The host was built with ${goVersion}, which is not a release.`];
  if (Number(minor.slice(2)) < 21) return [`// Build with exactly ${release}.`, `go ${minor}`];
  // A release candidate is older than the release that the go line would name.
  if (/rc|beta/.test(release)) return [`go ${release.slice(2)}`];
  return [
    `go ${minor}.0`,
    "",
    "// Do not build with a newer Go: if there is one on PATH, set GOTOOLCHAIN to this release.",
    `toolchain ${release}`,
  ];
}

function requireLine({ path, version }: { path: string; version: string }): string {
  return isPublished(version) ? `${word(path)} ${word(version)}` : `// ${path} ${version}: built from a folder`;
}

/** Quotes a word if the file's grammar requires it. */
function word(text: string): string {
  return /^[\w./~@+!-]+$/.test(text) ? text : JSON.stringify(text);
}
