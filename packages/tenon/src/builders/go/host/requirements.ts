import { goBuildInfoMissing } from "../../../errors/factories/go-build.js";
import type { HostFacts, HostLibc, HostModule } from "./host-facts.js";
import { HostFolders, isFetched } from "./host-folders.js";

/** What a plugin must have in common with its host for the host to open it. */
export interface HostRequirements {
  readonly host: string;
  /** The complete version, with experiments: `go1.26.8-X:nodwarf5`. */
  readonly goVersion: string;
  /** The release that must build the plugin: `go1.26.8`. `undefined` for a development version. */
  readonly release: string | undefined;
  /** GOEXPERIMENT: `nodwarf5,newinliner`. Empty for none. */
  readonly experiments: string;
  readonly os: string;
  readonly arch: string;
  /** The variables that choose the processor: `{ GOAMD64: "v1" }`. */
  readonly architecture: Readonly<Record<string, string>>;
  readonly cgo: boolean;
  /** CGO_CFLAGS and similar. For information only: the comparison does not depend on them. */
  readonly cgoFlags: Readonly<Record<string, string>>;
  readonly libc: HostLibc | undefined;
  readonly trimpath: boolean;
  readonly tags: readonly string[];
  /** `race`, `msan` or `asan`. */
  readonly sanitizer: string | undefined;
  readonly gcflags: string | undefined;
  readonly asmflags: string | undefined;
  /** For information only. Build information omits them with `-trimpath`. */
  readonly ldflags: string | undefined;
  /** The profile: a path, or with `-trimpath` only a file name. */
  readonly profile: string | undefined;
  /** GOFIPS140, if it is not off. */
  readonly fips140: string | undefined;
  readonly cover: boolean;
  readonly buildMode: string | undefined;
  readonly mainPackage: string;
  readonly main: HostModule | undefined;
  /** Whether packages of the main module were compiled as `module@version` (go install module@version). */
  readonly mainIsVersioned: boolean;
  readonly modules: readonly HostModule[];
  /** The folders that the host was built in. `undefined` if it was built with -trimpath. */
  readonly folders: { readonly main: string | undefined; readonly moduleCache: string | undefined };
}

/** The separator between a release and its experiments: with a hyphen since Go 1.26. */
export const experimentMark = /[ -]X:/;

/** The variables that choose what a processor must support: one for each architecture. */
export const architectureVariables = [
  "GOAMD64",
  "GO386",
  "GOARM",
  "GOARM64",
  "GOMIPS",
  "GOMIPS64",
  "GOPPC64",
  "GORISCV64",
] as const;
const cgoVariables = ["CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS"] as const;

/**
 * Returns what a plugin must have in common with a host.
 *
 * @throws TENON_GO_BUILD_INFO_MISSING if the host does not say how it was built
 */
export function describeHost(host: HostFacts): HostRequirements {
  const { settings } = host;
  const { GOOS: os, GOARCH: arch } = settings;
  if (os === undefined || arch === undefined) throw goBuildInfoMissing(host.path);
  const [version = "", suffix] = host.goVersion.split(experimentMark);
  const isTrimmed = settings["-trimpath"] === "true";
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (settings[name] ? [[name, settings[name]]] : [])));
  return {
    host: host.path,
    goVersion: host.goVersion,
    release: releaseOf(version),
    experiments: settings.GOEXPERIMENT ?? suffix ?? "",
    os,
    arch,
    architecture: pick(architectureVariables),
    cgo: settings.CGO_ENABLED === "1",
    cgoFlags: pick(cgoVariables),
    libc: host.libc,
    trimpath: isTrimmed,
    tags: (settings["-tags"] ?? "").split(",").filter((tag) => tag !== ""),
    sanitizer: ["race", "msan", "asan"].find((name) => settings[`-${name}`] === "true"),
    gcflags: settings["-gcflags"],
    asmflags: settings["-asmflags"],
    ldflags: settings["-ldflags"],
    profile: settings["-pgo"],
    fips140: settings.GOFIPS140 === "off" ? undefined : settings.GOFIPS140,
    cover: settings["-cover"] === "true",
    buildMode: settings["-buildmode"],
    mainPackage: host.mainPackage,
    main: host.main,
    mainIsVersioned: host.main !== undefined && isFetched(host.main),
    modules: [...host.modules].sort((one, other) => (one.path < other.path ? -1 : 1)),
    folders: isTrimmed ? { main: undefined, moduleCache: undefined } : foldersOf(host),
  };
}

/** Returns the release in a version: `go1.26.8`. A vendor's suffix ("go1.22.3 (Red Hat …)") is ignored. */
function releaseOf(version: string): string | undefined {
  return /^go\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?(?=$|[ -])/.exec(version)?.[0];
}

function foldersOf(host: HostFacts): HostRequirements["folders"] {
  const { mainRoot, moduleCache } = new HostFolders(host);
  return { main: mainRoot, moduleCache };
}
