import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { errors } from "../../errors/index.js";
import type { HostRequirements } from "./requirements.js";
import type { Toolchain } from "./toolchain/find-toolchain.js";

/** Variables of the author's that would change what is compiled. */
const overruled = [
  "GOFLAGS",
  "GOEXPERIMENT",
  "GOROOT",
  "GOTOOLDIR",
  "GOWORK",
  "GOOS",
  "GOARCH",
  "GOAMD64",
  "GO386",
  "GOARM",
  "GOARM64",
  "GOMIPS",
  "GOMIPS64",
  "GOPPC64",
  "GORISCV64",
  "GOFIPS140",
  "GO_EXTLINK_ENABLED",
];

/** The variables, beyond the author's own, with which the go command builds for a host. */
export function goVariables(required: HostRequirements, toolchain: Toolchain): Record<string, string> {
  return {
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GO111MODULE: "on",
    // Not empty: an empty one would let the file of `go env -w` count.
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

/** The author's variables without those that choose another build. */
export function withoutOverruled(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !overruled.includes(entry[0]),
    ),
  );
}

/** Flags that choose which files belong to a package: for `go list` and `go build` alike. */
export function selectingFlags(required: HostRequirements, ownTags: readonly string[] = []): string[] {
  const tags = [...new Set([...required.tags, ...ownTags])];
  return [
    ...(required.trimpath ? ["-trimpath"] : []),
    ...(required.sanitizer === undefined ? [] : [`-${required.sanitizer}`]),
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]),
  ];
}

/**
 * Flags that change how packages are compiled. Compiler flags without a pattern count for the host's main package alone
 * and are left out. Source: `go help build`.
 *
 * @throws TENON_GO_HOST_UNSUPPORTED for a flag that does something else than change the compiled code: the host is not
 * trusted to have files written by the compiler.
 */
export function compilingFlags(required: HostRequirements, profile: string | undefined): string[] {
  const { gcflags, asmflags } = required;
  return [
    ...(hasPattern(gcflags) ? [`-gcflags=${expectHarmless(gcflags, required)}`] : []),
    ...(hasPattern(asmflags) ? [`-asmflags=${expectHarmless(asmflags, required)}`] : []),
    ...(minorOf(required.release) >= 20 ? [`-pgo=${profile ?? "off"}`] : []),
  ];
}

/** The compiler flags that the host's build gives to every package, for those that get flags of their own besides. */
export function gcflagsForAll({ gcflags }: HostRequirements): string {
  return gcflags?.startsWith("all=") ? gcflags.slice("all=".length) : "";
}

/** The minor number of a release; infinite for a Go that is no release, which is taken for the newest. */
export function minorOf(release: string | undefined): number {
  return Number(/^go1\.(\d+)/.exec(release ?? "")?.[1] ?? Number.POSITIVE_INFINITY);
}

function hasPattern(flags: string | undefined): flags is string {
  return flags !== undefined && /^[^\s=-][^\s=]*=/.test(flags);
}

/** Flags of compile and asm that change code, or print: none of them names a file. */
const harmless =
  /^-(?:[BCEKLNSWehlmrtvw]|[dlmc]=[\w,=.-]*|D=?\w+(?:=\w*)?|dwarf\w*(?:=\w+)?|spectre=[\w,]+|trimpath=.*|lang=[\w.]+|wb=\w+|smallframes(?:=\w+)?|nolocalimports|dynlink|shared)$/;

function expectHarmless(flags: string, { host }: HostRequirements): string {
  const words = flags.slice(flags.indexOf("=") + 1).split(/\s+/);
  const refused = words
    .map((word) => word.replace(/^['"]|['"]$/g, ""))
    .find((word) => word !== "" && !harmless.test(word));
  if (refused === undefined) return flags;
  throw errors.TENON_GO_HOST_UNSUPPORTED({
    message: `${host} was built with the compiler flag ${refused}, which is not taken over`,
    subject: host,
    fix: { text: "Build the host without it." },
  });
}

/**
 * The host's profile on this machine: as named by the author, where the host's build information says, or beside the
 * host's main package.
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
  throw errors.TENON_GO_PROFILE_MISSING({
    message: `${required.host} was optimised with the profile ${profile}, which is not at hand${
      candidates.length === 0 ? "" : `: looked for ${candidates.join(", ")}`
    }`,
    subject: profile,
  });
}
