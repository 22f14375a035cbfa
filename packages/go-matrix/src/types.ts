import type { PluginVerdict } from "tenon/go";

/** The options that all commands share (options.mjs). */
export interface Options {
  readonly all: boolean;
  readonly quick: boolean;
  readonly verbose: boolean;
  /** The folder for builds and recorded results. */
  readonly cache: string;
  /** Versions of Go, with ":few" for those of which only few builds are made. */
  readonly versions: readonly string[];
  readonly sets: readonly string[];
  readonly seed: number;
  /** The number of fixes to try. */
  readonly sample: number;
  /** Only every nth process is compared. */
  readonly every: number;
  /** The number of random orders per version of Go. */
  readonly orders: number;
  /** The folder of the recorded results. */
  readonly truth: string;
}

/** An installed Go: `{ version: "1.26.8", minor: 26, … }`. */
export interface Toolchain {
  readonly version: string;
  readonly minor: number;
  readonly goroot: string;
  /** The path of the go command. */
  readonly go: string;
}

/** The folders for one toolchain's builds. */
export interface Layout {
  readonly cache: string;
  readonly toolchain: Toolchain;
  /** The release with its prefix: "go1.26.8". */
  readonly version: string;
  readonly sources: string;
  readonly built: string;
  readonly logs: string;
}

/** Files by their path in a source folder. */
export type Files = Record<string, string | Buffer>;

/** A module of a proxy: its path, its version and its files. */
export type ModuleVersion = readonly [path: string, version: string, files: Files];

/** A world: the shared modules that builds use, in a tree of the proxy. */
export interface World {
  readonly name: string;
  readonly tree: string;
  readonly content: readonly ModuleVersion[];
  readonly hash: string;
}

export type Role = "host" | "plugin";

/** What a build uses. Commands name some of the strings in braces: `{out}`. The version has no prefix: "1.26.8". */
export interface BuildContext extends Omit<Layout, "version">, Toolchain {
  /** The output file. */
  readonly out: string;
  /** The folder of the sources. */
  readonly source: string;
  readonly world: World;
  readonly variant: Variant;
}

/** Changes the sources of a variant. */
export type Edit = (files: Files) => void;

/** A command with its arguments, or a function. */
export type Step = readonly string[] | ((context: BuildContext) => void | Promise<void>);

/** A way to build the host or the plugin. */
export interface Variant {
  /** The name of the file, without its extension. */
  readonly name: string;
  readonly role: Role;
  /** Flags of `go build`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The world of shared modules that it uses (sources.mjs). */
  readonly world?: string;
  /** A separate module cache. */
  readonly moduleCache?: string;
  /** The module path of the plugin. */
  readonly module?: string;
  readonly edit?: Edit;
  /** Run in the source folder before the build. */
  readonly prepare?: readonly Step[];
  /** Commands instead of `go build`. */
  readonly command?: readonly (readonly string[])[];
  /** Another variant of the same role, copied instead of built. */
  readonly from?: string;
  /** Done to the output. */
  readonly after?: readonly Step[];
  /** The extension of the output. */
  readonly ending?: string;
  /** The first and last minor version of Go for which it is built. */
  readonly minors?: readonly [number, number];
  /** Why no static check can predict the outcome. */
  readonly unforeseeable?: string;
  /** Arguments that the host needs before the plugins. */
  readonly leading?: readonly string[];
  /** Part of the short run. */
  readonly quick?: boolean;
  /** Built for the first version of Go only. */
  readonly rare?: boolean;
}

/** A variant before its role is added. */
export type RolelessVariant = Omit<Variant, "role">;

/** The result of building a variant. */
export type Build =
  | { readonly variant: Variant; readonly file: string; readonly built: true; readonly reused: boolean }
  | {
      readonly variant: Variant;
      readonly file: string;
      readonly built: false;
      readonly reason: string;
      readonly reused?: undefined;
    };

/** A file to pass to plugin.Open. Odd files have no source. */
export interface PluginFile {
  readonly name: string;
  readonly file: string;
  readonly go?: string;
  readonly source?: string;
  readonly unforeseeable?: string;
}

/** A host with the folder of its sources. */
export interface HostFile {
  readonly name: string;
  readonly file: string;
  readonly go: string;
  readonly source: string;
  readonly leading?: readonly string[];
}

/** Everything that was built for one version of Go. */
export interface BuiltVersion {
  readonly few: boolean;
  readonly hosts: readonly HostFile[];
  readonly plugins: readonly PluginFile[];
  readonly odd: readonly PluginFile[];
  /** A folder for links to plugins. */
  readonly folder: string;
}

/** One process: a host and the files that it opens in order. */
export interface Plan {
  readonly host: HostFile;
  readonly plugins: readonly PluginFile[];
  readonly cwd?: string;
}

/** What happened to one plugin. */
export interface OpenResult {
  readonly plugin: string;
  readonly outcome: "opens" | "error" | "crash" | "panic" | "hang" | "not reached";
  /** For "error": Go's text. */
  readonly error?: string;
  /** For "crash" and "panic": the first line with the reason. */
  readonly fatal?: string;
  /** For "opens": what calling the plugin returned, or how it ended the process. */
  readonly called?: string;
}

/** What happened to one plugin, with the facts about its file. */
export type RecordedResult = OpenResult & Omit<PluginFile, "file">;

/** A process that matrix.mjs recorded. */
export interface ProcessRecord {
  readonly set: string;
  readonly host: string;
  readonly go: string;
  readonly hostFile: string;
  readonly hostSource: string;
  readonly leading?: readonly string[];
  readonly cwd: string;
  readonly results: readonly RecordedResult[];
}

/** A prediction that was wrong. */
export interface Disagreement {
  readonly at: number;
  readonly kind: "outcome" | "text" | "thrown";
  readonly real: RecordedResult | undefined;
  readonly verdict: { readonly outcome?: PluginVerdict["outcome"]; readonly error?: string } | undefined;
}

/** How many predictions were made and right. */
export interface Counts {
  /** Results that a prediction can be compared with. */
  checked: number;
  agreed: number;
  unknown: number;
  /** Errors, whose texts are compared as well. */
  texts: number;
  sameText: number;
}

/** The predictions for one process, compared with what happened. */
export interface Tally extends Counts {
  disagreements: Disagreement[];
  milliseconds: number;
  /** The index of the first unknown result. */
  unknownAt?: number;
}

/** What verdict-worker.mjs is started with. */
export interface WorkerTask {
  readonly options: Options;
  readonly sysroot: string | undefined;
  readonly first: number;
  readonly step: number;
}

/** What verdict-worker.mjs posts for each process. */
export interface WorkerResult {
  readonly index: number;
  readonly tally: Tally;
}

/** How well a simple method predicts. */
export interface BaselineTally {
  readonly method: string;
  readonly count: number;
  right: number;
  /** Predictions of a failure for a plugin that opens. */
  alarms: number;
  /** Failures that were not predicted. */
  misses: number;
}
