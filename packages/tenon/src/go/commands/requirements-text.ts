import type { HostModule, HostRequirements } from "../../builders/go/index.js";
import type { CommandOutput } from "../../contributions/index.js";
import { makeColours } from "../../terminal/colour.js";
import { tableLines } from "../../terminal/table.js";

/** Returns what a host requires of its plugins, for people. @param output for colours; none without it */
export function requirementLines(required: HostRequirements, output: CommandOutput | undefined): string[] {
  const colours = output?.colours ?? makeColours(false);
  const { libc, folders, main } = required;
  const rows: [string, string | undefined][] = [
    ["host", required.host],
    ["go", required.goVersion],
    ["platform", [`${required.os}/${required.arch}`, ...pairs(required.architecture)].join(" ")],
    ["C library", libc === undefined ? undefined : [libc.kind, libc.minimum].filter(Boolean).join(" ")],
    ["cgo", required.cgo ? "on" : colours.red("off: the host cannot open plugins")],
    ["flags", flagsOf(required).join(" ") || colours.dim("none")],
    ["experiment", required.experiments || undefined],
    ["also built with", informational(required).join(" ") || undefined],
    ["package", required.mainPackage],
    ["module", main === undefined ? colours.dim("none") : `${main.path} ${main.version}`.trimEnd()],
    ["folder", folders.main],
    ["mod cache", folders.moduleCache],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`${colours.bold(name.padEnd(15))} ${value}`],
  );
  if (required.modules.length === 0) return [...lines, colours.dim("no other modules")];
  const table = tableLines(
    required.modules.map((module) => [`  ${module.path}`, module.version, colours.dim(replaced(module))]),
  );
  return [
    ...lines,
    "",
    colours.bold(required.modules.length === 1 ? "1 module" : `${required.modules.length} modules`),
    ...table,
  ];
}

function flagsOf(required: HostRequirements): string[] {
  const { trimpath, sanitizer, tags, gcflags, asmflags, profile, cover, fips140 } = required;
  return [
    ...(trimpath ? ["-trimpath"] : []),
    ...(sanitizer === undefined ? [] : [`-${sanitizer}`]),
    ...(cover ? ["-cover"] : []),
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]),
    ...(gcflags === undefined ? [] : [`-gcflags=${gcflags}`]),
    ...(asmflags === undefined ? [] : [`-asmflags=${asmflags}`]),
    ...(profile === undefined ? [] : [`-pgo=${profile}`]),
    ...(fips140 === undefined ? [] : [`GOFIPS140=${fips140}`]),
  ];
}

/** Settings that a plugin need not share with the host. */
function informational({ buildMode, ldflags, cgoFlags }: HostRequirements): string[] {
  return [
    ...(buildMode === undefined || buildMode === "exe" ? [] : [`-buildmode=${buildMode}`]),
    ...(ldflags === undefined || ldflags === "" ? [] : [`-ldflags=${ldflags}`]),
    ...pairs(cgoFlags),
  ];
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function replaced({ replace }: HostModule): string {
  return replace === undefined ? "" : `=> ${[replace.path, replace.version].filter(Boolean).join(" ")}`;
}
