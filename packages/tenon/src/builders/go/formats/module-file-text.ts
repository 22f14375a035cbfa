import { isPublished } from "../host-facts.js";
import type { HostRequirements } from "../requirements.js";

/**
 * A go.mod for the author of a plugin: the host's Go, and every module of the host at its version.
 *
 * @param modulePath The plugin's module.
 * Source: Go modules reference, "go.mod files".
 */
export function moduleFileText(required: HostRequirements, modulePath = "example.com/plugin"): string {
  const { release, modules, main } = required;
  const lines = [
    `// What a plugin must require so that ${required.host} opens it (${required.goVersion}, ${required.os}/${required.arch}).`,
    "// go mod tidy drops what the plugin does not import; the versions of what is left must stay as they are.",
    `module ${word(modulePath)}`,
    "",
    ...goLines(release, required.goVersion),
  ];
  if (main !== undefined)
    lines.push(
      "",
      `// The host's own module is ${main.path} ${main.version}. Packages of it are compiled under another path in a plugin`,
      "// that requires it; tenon go build --for takes care of that.",
    );
  if (modules.length > 0) lines.push("", "require (", ...modules.map((module) => `\t${requireLine(module)}`), ")");
  const replaced = modules.flatMap(({ path, replace }) => (replace === undefined ? [] : [{ path, replace }]));
  if (replaced.length > 0) lines.push("");
  for (const { path, replace } of replaced) {
    if (isPublished(replace.version))
      lines.push(`replace ${word(path)} => ${word(replace.path)} ${word(replace.version)}`);
    else
      lines.push(
        `// ${path}: the host replaces it with its folder ${replace.path}, which cannot be published.`,
        "// Ask for that source, and replace it likewise.",
      );
  }
  return `${lines.join("\n")}\n`;
}

function goLines(release: string | undefined, goVersion: string): string[] {
  const [, minor] = /^go(1\.\d+)/.exec(release ?? "") ?? [];
  if (minor === undefined || release === undefined)
    return [`// The host was built with ${goVersion}, which is no release.`];
  if (Number(minor.slice(2)) < 21) return [`// To be built with exactly ${release}.`, `go ${minor}`];
  // A release candidate comes before the release that the go line would name.
  if (/rc|beta/.test(release)) return [`go ${release.slice(2)}`];
  return [
    `go ${minor}.0`,
    "",
    "// A newer Go on PATH does not fit either: set GOTOOLCHAIN to this one.",
    `toolchain ${release}`,
  ];
}

function requireLine({ path, version }: { path: string; version: string }): string {
  return isPublished(version) ? `${word(path)} ${word(version)}` : `// ${path} ${version}: built from a folder`;
}

/** Quoted where the file's grammar asks for it. */
function word(text: string): string {
  return /^[\w./~@+!-]+$/.test(text) ? text : JSON.stringify(text);
}
