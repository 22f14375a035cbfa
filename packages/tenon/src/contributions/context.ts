import type { Contract } from "../contract/core.js";
import type { Colours } from "../terminal/colour.js";

/** What the command line does for what a contribution brings. */
export interface CommandContext {
  readonly output: CommandOutput;
  /** Aborted when the user interrupts the program. */
  readonly signal: AbortSignal;
  /** Shows that something takes a while, and its steps, where there is somebody to see it. */
  progress<T>(doing: string, work: (report: (step: string) => void) => Promise<T>): Promise<T>;
  /** Registers something to close before the program exits; the returned function closes it now. */
  closeOnExit(close: () => Promise<unknown>): () => Promise<void>;
  /** Writes a file completely or not at all. @throws TENON_FILE_WRITE */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** Opens a plugin, which is closed when the command ends. What it prints goes to stderr. @throws what `Host.open` throws */
  open(path: string, request: OpenRequest): Promise<OpenedPlugin>;
}

/** Where a command writes. */
export interface CommandOutput {
  /** What the program exits with when the command is done: 0, 1, 2 or 3, as `tenon --help` says. */
  exitCode: number;
  /** Whether the user asked for one JSON document. */
  readonly json: boolean;
  readonly verbose: boolean;
  /** For stdout. */
  readonly colours: Colours;
  /** For stderr. */
  readonly noteColours: Colours;
  /** Writes a line of the result. */
  line(text?: string): void;
  /** Writes a part of the result unchanged. */
  write(part: string | Uint8Array): Promise<void>;
  /** Writes the JSON document. */
  document(value: unknown): void;
  /** Writes a line for the reader, not for the next program. */
  note(text: string): void;
}

/** A plugin that a command has opened. */
export interface OpenedPlugin {
  readonly name: string;
  readonly version: string | undefined;
  readonly place: string;
  /** Calls a function by its path. */
  call(path: string, parameters: readonly unknown[], options?: object): Promise<unknown>;
}

/** What a contributed command opens a plugin with. */
export interface OpenRequest {
  /** The values of the command's opening options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The contract of a plugin that has none. */
  readonly fallback?: Contract;
  /** Called with the plugin's contract before it is opened. @throws if the command has no use for it */
  expects?(contract: Contract): void;
  /** How many requests an instance serves. */
  readonly requests?: number;
  /** Whether the plugin starts again after a crash. Default false. */
  readonly restart?: boolean;
}
