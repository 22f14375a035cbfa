import type { Finding } from "../errors/index.js";
import type { Artifact, PlaceName } from "../runtime/index.js";
import type { CommandOption, ContributedCommand } from "./command.js";
import type { CommandContext } from "./context.js";

/**
 * What the command line learns of one kind of plugin: a runtime, a language, a protocol. The command line itself knows none.
 *
 * A contribution is read whenever a command starts, so it is made of plain data; what does the work is imported by the
 * function that needs it.
 */
export interface Contribution {
  /** Of the runtime that it belongs to, or of the kind: `wasm`, `go`. */
  readonly name: string;
  /** Which files and folders `tenon list` takes for plugins. */
  readonly files?: PluginFiles;
  /** How `tenon run` opens plugins of the runtime with the contribution's name. */
  readonly run?: RunDefaults;
  /** Returns what a plugin without a contract exports, without running it; `undefined` if that is not known. */
  exports?(artifact: Artifact): Promise<readonly string[] | undefined>;
  /** What `tenon inspect` shows of files that are not plugins, or not only. */
  readonly inspect?: InspectView;
  /** What `tenon check` can judge besides plugins of this host. */
  readonly check?: ContributedCheck;
  /** What `tenon build` compiles. */
  readonly build?: BuildNotes;
  /** What `tenon new` creates. */
  readonly templates?: readonly LanguageTemplates[];
  /** Commands of its own. */
  readonly commands?: readonly ContributedCommand[];
}

/** Which files and folders are plugins, or may be. Those with a manifest always are. */
export interface PluginFiles {
  /** Extensions of files that may be plugins: `.wasm`; an empty one for files without. */
  readonly extensions?: readonly string[];
  /** The same, for files that may as well be part of something else: plugins only with a contract or manifest beside them. */
  readonly described?: readonly string[];
  /** Names of files that have one of the extensions, but are no plugins: tests, declarations. */
  readonly except?: RegExp;
  /** Names of files that may make a folder the source of a plugin. The builders decide. */
  readonly sources?: readonly RegExp[];
  /** A file that makes all files of a folder one plugin: `go.mod`. Without one, each described file may be its own. */
  readonly whole?: string;
}

/** How plugins are opened where the user does not say. */
export interface RunDefaults {
  /** Where they run; by default in a thread, which Ctrl-C can end. */
  readonly place?: PlaceName;
  /** Options of the runtime that have an option of the command line, besides `--runtime-option NAME=VALUE`. */
  readonly options?: readonly RuntimeOption[];
}

/** An option of the command line that sets one of a runtime. */
export interface RuntimeOption extends CommandOption {
  /** The runtime's name of it. */
  readonly sets: string;
}

/** What shows a file instead of the plugin's own description. */
export interface InspectView {
  /** For the help: `a program file of any kind`. */
  readonly what: string;
  /** For the help: which files, and what it shows of them. */
  readonly help: string;
  /** Whether it shows the file, judging by its content. False if the file cannot be read. */
  takes(path: string): Promise<boolean>;
  show(path: string, context: CommandContext): Promise<void>;
}

/** A check of what no host of Tenon opens: another program's plugins, for instance. */
export interface ContributedCheck {
  /** The arguments, if they are other ones: `<HOST> <PLUGIN.so...>`. */
  readonly usage: string;
  /** For the help: what the arguments are then. */
  readonly what: string;
  readonly options?: readonly CommandOption[];
  /** For the help: what it says, and one command as an example. */
  readonly help: { readonly text: string; readonly example: string };
  /**
   * Whether the command line asks for this check.
   *
   * @param opens tells whether a runtime recognises a file as a plugin
   */
  takes(
    paths: readonly string[],
    options: Readonly<Record<string, unknown>>,
    opens: (path: string) => Promise<boolean>,
  ): Promise<boolean>;
  /** Checks, prints the result, and sets the exit code. */
  run(paths: readonly string[], options: Readonly<Record<string, unknown>>, context: CommandContext): Promise<void>;
  /** Explains a file that no runtime recognises; `undefined` if it is none of this kind. */
  explain?(path: string): Promise<{ readonly description: string; readonly findings: readonly Finding[] } | undefined>;
}

/** What the help of `tenon build` says of a language. */
export interface BuildNotes {
  /** `Rust`. */
  readonly language: string;
  /** What compiles it, in lines of at most 65 characters. */
  readonly toolchain: readonly string[];
  /** Which code of the plugin runs while it is built, as a sentence; absent if none does. */
  readonly runs?: string;
  /** What it is compiled to: `a WebAssembly file`, `.wasm`. */
  readonly to: { readonly what: string; readonly extension: string };
  /** Whether `--debug` keeps what shows files and lines in errors. */
  readonly keepsLines?: boolean;
  /** What the name of the entry looks like if the source needs no build to be opened. */
  readonly runsAsItIs?: RegExp;
}

/** A language of `tenon new`. The first of all contributions is the default. */
export interface LanguageTemplates {
  readonly language: string;
  load(): Promise<Readonly<Record<TemplateKind, Template>>>;
}

export const templateKinds = ["plugin", "host"] as const;
export type TemplateKind = (typeof templateKinds)[number];

/** The values that a template needs. */
export interface TemplateValues {
  /** The plugin's or program's name. */
  readonly name: string;
  /** The version of tenon that it is written for. */
  readonly tenon: string;
}

/** Returns the files of a new plugin or host: their content, by path relative to its folder. */
export type Template = (values: TemplateValues) => Readonly<Record<string, string>>;
