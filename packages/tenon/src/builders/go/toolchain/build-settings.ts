import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { goHostFlagRejected, goProfileMissing } from "../../../errors/factories/go-build.js";
import { architectureVariables, type HostRequirements } from "../host/requirements.js";
import type { Toolchain } from "./find-toolchain.js";

/** The author's environment variables that would change what is compiled. */
const overruled = [
  "GOFLAGS",
  "GOEXPERIMENT",
  "GOROOT",
  "GOTOOLDIR",
  "GOWORK",
  "GOOS",
  "GOARCH",
  ...architectureVariables,
  "GOFIPS140",
  "GO_EXTLINK_ENABLED",
];

/** Returns the variables that the go command needs to build for a host, in addition to the author's own. */
export function goVariables(required: HostRequirements, toolchain: Toolchain): Record<string, string> {
  return {
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GO111MODULE: "on",
    // Not empty: with an empty value, the file of `go env -w` would apply.
    GOFLAGS: "-mod=mod",
    GOROOT: toolchain.root,
    GOOS: required.os,
    GOARCH: required.arch,
    ...required.architecture,
    CGO_ENABLED: "1",
    ...(required.experiments === "" ? {} : { GOEXPERIMENT: required.experiments }),
    ...(required.fips140 === undefined ? {} : { GOFIPS140: required.fips140 }),
  };
}

/** Returns the author's variables without those that would change the build. */
export function withoutOverruled(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !overruled.includes(entry[0]),
    ),
  );
}

/** Returns the flags that select the files of a package, for both `go list` and `go build`. */
export function selectingFlags(required: HostRequirements, ownTags: readonly string[] = []): string[] {
  const tags = [...new Set([...required.tags, ...ownTags])];
  return [
    ...(required.trimpath ? ["-trimpath"] : []),
    ...(required.sanitizer === undefined ? [] : [`-${required.sanitizer}`]),
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]),
  ];
}

/**
 * Returns the flags that change how packages are compiled. Compiler flags without a pattern only apply to the host's main
 * package and are left out. Source: `go help build`.
 *
 * @throws TENON_GO_HOST_UNSUPPORTED for a flag that does more than change the compiled code: the host is not trusted to make
 * the compiler write files.
 */
export function compilingFlags(required: HostRequirements, profile: string | undefined): string[] {
  const { gcflags, asmflags } = required;
  return [
    ...(hasPattern(gcflags) ? [`-gcflags=${expectHarmless(gcflags, required)}`] : []),
    ...(hasPattern(asmflags) ? [`-asmflags=${expectHarmless(asmflags, required)}`] : []),
    ...(minorOf(required.release) >= 20 ? [`-pgo=${profile ?? "off"}`] : []),
  ];
}

/** Returns the compiler flags that the host's build applies to every package, for packages that need further flags. */
export function gcflagsForAll({ gcflags }: HostRequirements): string {
  return gcflags?.startsWith("all=") ? gcflags.slice("all=".length) : "";
}

/** Returns the minor number of a release, or infinity for a development version, which counts as the newest. */
export function minorOf(release: string | undefined): number {
  return Number(/^go1\.(\d+)/.exec(release ?? "")?.[1] ?? Number.POSITIVE_INFINITY);
}

function hasPattern(flags: string | undefined): flags is string {
  return flags !== undefined && /^[^\s=-][^\s=]*=/.test(flags);
}

/** Flags of compile and asm that change the code or print something. None of them names a file. */
const harmless =
  /^-(?:[BCEKLNSWehlmrtvw]|[dlmc]=[\w,=.-]*|D=?\w+(?:=\w*)?|dwarf\w*(?:=\w+)?|spectre=[\w,]+|trimpath=.*|lang=[\w.]+|wb=\w+|smallframes(?:=\w+)?|nolocalimports|dynlink|shared)$/;

function expectHarmless(flags: string, { host }: HostRequirements): string {
  const words = flags.slice(flags.indexOf("=") + 1).split(/\s+/);
  const rejected = words
    .map((word) => word.replace(/^['"]|['"]$/g, ""))
    .find((word) => word !== "" && !harmless.test(word));
  if (rejected === undefined) return flags;
  throw goHostFlagRejected(host, rejected);
}

/**
 * Finds the host's profile on this machine: at the path that the author names, where the host's build information says, or
 * next to the host's main package.
 *
 * @throws TENON_GO_PROFILE_MISSING
 */
export async function findProfile(
  required: HostRequirements,
  options: { readonly pgo?: string | undefined; readonly hostSource?: string | undefined },
): Promise<string | undefined> {
  const { profile, mainPackage, main } = required;
  if (profile === undefined || profile === "off") return undefined;
  const within = main === undefined ? "" : mainPackage.slice(main.path.length);
  const candidates =
    options.pgo !== undefined
      ? [resolve(options.pgo)]
      : [
          ...(isAbsolute(profile) ? [profile] : []),
          ...(options.hostSource === undefined ? [] : [join(resolve(options.hostSource), within, basename(profile))]),
          ...(isAbsolute(profile) ? [] : [join(dirname(resolve(required.host)), profile)]),
        ];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return candidate;
  }
  throw goProfileMissing(required.host, profile, candidates);
}
