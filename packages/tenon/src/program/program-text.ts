import type { GoModule } from "../binary/go-metadata/index.js";
import type { Colours } from "../terminal/colour.js";
import { findingLines } from "../terminal/finding-text.js";
import { tableLines } from "../terminal/table.js";
import type { GoFacts, Inspection, ProgramExport, ProgramImport, ProgramKind } from "./index.js";

const kinds: Readonly<Record<ProgramKind, string>> = {
  "go-plugin": "Go plugin",
  "go-program": "Go program",
  "go-c-shared": "shared library, built by Go for C programs",
  program: "program",
  "shared-library": "shared library",
  object: "object (not linked)",
  "core-dump": "memory of a crashed process",
  "wasm-module": "WebAssembly module",
  "wasm-component": "WebAssembly component",
};
const nothing = "none";
/** Lists in the text are cut off here; the document of --json has all items. */
const mostShown = 60;
/** Settings that are shown elsewhere, or that do not help people. */
const settingsElsewhere = new Set(["-buildmode", "-compiler", "-trimpath", "DefaultGODEBUG", "GOOS", "GOARCH"]);

/** What is known of a program file, and the digest of its bytes. */
type Shown = Inspection & { readonly digest?: string | undefined };

/** Returns what `tenon inspect` prints about a program file, for people. */
export function programLines(about: Shown, colours: Colours): string[] {
  const lines = tableLines(
    factsOf(about, colours).flatMap(([name, value]) =>
      value === undefined ? [] : [[colours.bold(name), value === colours.dim(nothing) ? value : escaped(value)]],
    ),
  );
  const section = (title: string, content: readonly string[]) => {
    if (content.length > 0) lines.push("", colours.bold(title), ...content.map((line) => `  ${line}`.trimEnd()));
  };
  section(
    "exports",
    listed(about.exports, (shown) => shown.map((one) => exportText(one, about.kind))),
  );
  section(
    "imports",
    listed(about.imports, (shown) => shown.map(importText)),
  );
  section(`modules (${about.go?.dependencies.length ?? 0})`, listed(about.go?.dependencies ?? [], moduleLines));
  section("contract", about.contract?.wit.trimEnd().split("\n").map(escaped) ?? []);
  const shown = about.findings.filter(({ severity }) => severity !== "info");
  if (shown.length > 0) lines.push("");
  for (const one of shown)
    lines.push(...findingLines({ ...one, message: one.message.split("\n").map(escaped).join("\n") }, colours));
  return lines;
}

function factsOf(about: Shown, colours: Colours): [string, string | undefined][] {
  const { go, cLibrary } = about;
  const none = colours.dim(nothing);
  const isLinked = about.kind !== "core-dump" && about.kind !== "object" && !about.kind.startsWith("wasm");
  return [
    ["kind", kinds[about.kind]],
    ["path", about.path],
    ["size", `${about.size.toLocaleString("en")} bytes`],
    ["digest", about.digest],
    ["format", about.format],
    ["platform", platformText(about)],
    ["other platforms", about.architectures.length > 1 ? about.architectures.slice(1).join(", ") : undefined],
    [
      "C library",
      cLibrary && `${cLibrary.name}${cLibrary.minimum === undefined ? "" : ` ${cLibrary.minimum} or newer`}`,
    ],
    ["libraries", isLinked ? about.libraries.join(", ") || none : undefined],
    ["symbols", isLinked ? symbolsText(about) : undefined],
    ["WASI", about.wasi],
    ["built by", about.producers.join(", ") || undefined],
    ...(go === undefined ? [] : goFactsOf(go, about.kind)),
    [
      "contract",
      about.contract === undefined ? none : `${about.contract.id ?? "no id"}, from ${about.contract.source}`,
    ],
  ];
}

function goFactsOf(go: GoFacts, kind: ProgramKind): [string, string | undefined][] {
  const settings = Object.entries(go.settings).filter(([name, value]) => value !== "" && !settingsElsewhere.has(name));
  return [
    ["Go", go.version ?? "unknown release"],
    ["module", go.main && moduleText(go.main)],
    ["package", go.path === go.main?.path ? undefined : go.path],
    ["plugin path", go.pluginPath],
    ["opens plugins", kind === "go-program" ? (go.usesPlugins ? "yes" : "no") : undefined],
    ["built in", go.trimPath === true ? "not known (-trimpath)" : go.folder],
    ["Go's folder", go.goRoot],
    [
      "settings",
      settings.map(([name, value]) => `${name}=${/\s/.test(value) ? JSON.stringify(value) : value}`).join(" ") ||
        undefined,
    ],
  ];
}

function platformText({ platform: { os, arch }, minimumOs }: Inspection): string | undefined {
  if (os === undefined && arch === undefined) return undefined;
  const least = minimumOs === undefined ? "" : `, ${minimumOs} or newer`;
  return `${os ?? "unknown system"}/${arch ?? "unknown architecture"}${least}`;
}

function symbolsText({ hasSymbols, hasDebugData }: Inspection): string {
  if (hasSymbols) return hasDebugData ? "yes, with debug data" : "yes, without debug data";
  return hasDebugData ? "stripped, but with debug data" : "stripped";
}

function exportText({ name, kind, type }: ProgramExport, of: ProgramKind): string {
  if (of === "go-plugin" || of === "go-c-shared") {
    if (type === undefined) return `func ${name}`;
    // Lookup returns a pointer to a variable.
    return kind === "function" ? `func ${name}${type.replace(/^func/, "")}` : `var ${name} ${type.replace(/^\*/, "")}`;
  }
  return `${kind === "symbol" ? "" : `${kind} `}${name}${typeText(type)}`;
}

function importText({ module, name, kind, type }: ProgramImport): string {
  return `${kind} ${module === undefined ? "" : `${module} `}${name}${typeText(type)}`;
}

function moduleLines(modules: readonly GoModule[]): string[] {
  return tableLines(
    modules.flatMap(({ path, version, sum, replace }) => [
      [path, version, sum ?? ""],
      ...(replace === undefined ? [] : [[`=> ${replace.path}`, replace.version, replace.sum ?? ""]]),
    ]),
  );
}

function moduleText({ path, version, replace }: GoModule): string {
  return `${path} ${version}${replace === undefined ? "" : ` => ${replace.path} ${replace.version}`}`.trim();
}

function listed<T>(all: readonly T[], lines: (shown: readonly T[]) => string[]): string[] {
  const more = all.length - mostShown;
  const shown = lines(more > 0 ? all.slice(0, mostShown) : all).map(escaped);
  return more > 0 ? [...shown, `and ${more} more; --json shows all`] : shown;
}

/** Escapes control characters: names come from the file and must not control the terminal. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** Returns the type as it follows a name: a signature directly, anything else after a colon. */
function typeText(type: string | undefined): string {
  if (type === undefined) return "";
  return type.startsWith("(") ? type : `: ${type}`;
}
