/** A module that a Go program was built from, according to its build information. */
export interface HostModule {
  readonly path: string;
  /** `(devel)` for a module that was built from its own folder. */
  readonly version: string;
  /** The checksum of the module's content: `h1:…`. Source: Go modules reference, "go.sum files". */
  readonly sum?: string | undefined;
  /** The replacement that was used. Without a version, or with `(devel)`, `path` is a folder. */
  readonly replace?: Omit<HostModule, "replace"> | undefined;
}

/** The C library that a program was linked with. */
export interface HostLibc {
  readonly kind: string;
  /** The oldest version that the program runs with: `2.34`. For glibc only. */
  readonly minimum?: string | undefined;
}

/** What a Go host's file says about how it was built. */
export interface HostFacts {
  readonly path: string;
  /** As it is in the program: `go1.26.8`, `go1.26.8 X:nodwarf5`, `devel go1.28-4f2a3c1 …`. */
  readonly goVersion: string;
  /** The import path of its main package. */
  readonly mainPackage: string;
  readonly main?: HostModule | undefined;
  readonly modules: readonly HostModule[];
  /** The settings of the build: `-trimpath`, `CGO_ENABLED`, `GOARCH` … */
  readonly settings: Readonly<Record<string, string>>;
  readonly libc?: HostLibc | undefined;
  /** The import paths of all its packages, if its symbols contain them. */
  readonly packages?: ReadonlySet<string> | undefined;
  /** Returns every source file with code in the host, with the path that the compiler recorded. */
  files(): readonly string[];
  /** Returns the source files with functions of a package. The main package is called "main" here. */
  filesOfPackage(importPath: string): readonly string[];
}

/** Whether a module's version names published content, and not a folder. */
export function isPublished(version: string | undefined): version is string {
  return version !== undefined && version !== "" && version !== "(devel)" && !version.endsWith("+dirty");
}
