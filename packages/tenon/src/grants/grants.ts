/** A folder that a plugin may access. */
export interface FolderGrant {
  /** The folder on the host: relative to the current directory, or absolute. */
  readonly path: string;
  /** Whether files may be created, changed and removed. Default `false`. */
  readonly write?: boolean;
}

/** How much a plugin may use. The same things as `limits`, which win over these. */
export interface ResourceGrant {
  /** Bytes of memory, as `limits.memory` counts it. */
  readonly memory?: number;
  /** Processes in its process group, as `limits.processes`. */
  readonly processes?: number;
  /** Open files of each of its processes, as `limits.files`. */
  readonly files?: number;
  /** Milliseconds of processor time, as `limits.cpu`. */
  readonly cpu?: number;
}

/** How much a plugin may store, and whether it has a folder. */
export interface StorageGrant {
  /** Bytes of keys and values. Default 64 MiB. */
  readonly bytes?: number;
  /** Entries. Default 100,000. */
  readonly entries?: number;
  /** Whether it also has a folder: `context.folder`, or `/data` for WebAssembly. How much it writes there is not limited. Default false. */
  readonly folder?: boolean;
}

/** How much a plugin may store unless its grant says otherwise. */
export const defaultStorage = { bytes: 64 * 1024 * 1024, entries: 100_000 } as const;

/** What can be granted to a plugin: what a manifest asks for has the same form as what `open` gives. */
export interface GrantSet {
  /** Environment variables by name: a value, or `true` to pass on the host's. */
  readonly environment?: Readonly<Record<string, string | true>>;
  /** Folders, by the absolute path under which the plugin sees them. A string alone grants read access. */
  readonly folders?: Readonly<Record<string, string | FolderGrant>>;
  /**
   * Where it may connect to: `example.com`, `*.example.com`, `example.com:443`, `127.0.0.1:8080`, `[::1]:53`; `*` for
   * everything that the host can reach.
   */
  readonly network?: readonly string[];
  /** Addresses on which it may listen: `127.0.0.1:8080`, `127.0.0.1:0`. */
  readonly listen?: readonly string[];
  /** Programs of the system that it may start: absolute paths, or names in the folders of its `PATH`. */
  readonly programs?: readonly string[];
  /**
   * Host functions that it may call: `log`, `store.get`, or `store` for everything in an interface or a resource. Without this,
   * all that the host implements.
   */
  readonly functions?: readonly string[];
  readonly resources?: ResourceGrant;
  /**
   * What the plugin stores under its name, which is kept across swaps, restarts and runs of the host: `context.storage`. The host
   * says where: `createHost({ storage })`.
   */
  readonly storage?: true | StorageGrant;
}

/**
 * What a plugin is allowed to do. Nothing of the system is granted by default.
 *
 * What neither the runtime nor the place can enforce makes `open` fail with TENON_GRANT_UNENFORCED, unless `unenforced` says
 * otherwise. `plugin.grants` reports what enforces each.
 */
export interface Grants extends GrantSet {
  /** What becomes of a grant that cannot be enforced: `open` refuses it, which is the default, or allows it. */
  readonly unenforced?: "refuse" | "allow";
}

/** What a manifest asks for. Only the host can give it. */
export interface GrantRequest extends GrantSet {
  /** Why the plugin asks, for the people who decide: a sentence by the name of the grant. */
  readonly reasons?: Readonly<Partial<Record<keyof GrantSet, string>>>;
}

/** The grants that something enforces or does not, by their names in options and manifests. */
export const grantNames = [
  "environment",
  "folders",
  "network",
  "listen",
  "programs",
  "functions",
  "resources.memory",
  "resources.processes",
  "resources.files",
  "resources.cpu",
  "storage",
  "storage.folder",
] as const;
export type GrantName = (typeof grantNames)[number];
