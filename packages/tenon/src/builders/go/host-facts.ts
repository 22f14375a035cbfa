/** A module that a Go program was built from, as its build information has it. */
export interface HostModule {
  readonly path: string;
  /** `(devel)` for a module that was built from its own folder. */
  readonly version: string;
  /** `h1:…`, of the content of the module. Source: Go modules reference, "go.sum files". */
  readonly sum?: string | undefined;
  /** What was used instead; without a version (or `(devel)`), `path` is a folder. */
  readonly replace?: Omit<HostModule, "replace"> | undefined;
}

/** The C library that a program was linked with. */
export interface HostLibc {
  readonly kind: string;
  /** The oldest version that the program runs with, as `2.34`; glibc only. */
  readonly minimum?: string | undefined;
}

/** What is known of a Go host, from its file alone. */
export interface HostFacts {
  readonly path: string;
  /** As the program has it: `go1.26.8`, `go1.26.8 X:nodwarf5`, `devel go1.28-4f2a3c1 …`. */
  readonly goVersion: string;
  /** The import path of its main package. */
  readonly mainPackage: string;
  readonly main?: HostModule | undefined;
  readonly modules: readonly HostModule[];
  /** The settings of the build: `-trimpath`, `CGO_ENABLED`, `GOARCH` … */
  readonly settings: Readonly<Record<string, string>>;
  readonly libc?: HostLibc | undefined;
  /** Import paths of all packages in it, where its symbols tell. */
  readonly packages?: ReadonlySet<string> | undefined;
  /** Every source file that left code in the host, as the compiler wrote it down. */
  files(): readonly string[];
  /** Those that the functions of a package come from; the main package's stand under "main". */
  filesOfPackage(importPath: string): readonly string[];
}

/** Whether a module's version names published content, not a folder. */
export function isPublished(version: string | undefined): version is string {
  return version !== undefined && version !== "" && version !== "(devel)" && !version.endsWith("+dirty");
}
