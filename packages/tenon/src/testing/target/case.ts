import type { Host, HostEvents, OpenOptions, Plugin } from "../../host/index.js";
import type { LogLine } from "../../runtime/index.js";
import type { Feature } from "./features.js";
import type { HostSide } from "./host-side.js";
import type { KitchenSink } from "./kitchen-sink.js";
import type { ArtifactName, Target } from "./target.js";

export interface CaseOptions extends Partial<OpenOptions<KitchenSink>> {
  /** Which of the target's plugins to open. Default: the kitchen sink. */
  readonly artifact?: ArtifactName;
  /** Which contract to open it with. Default: the context's. */
  readonly contract?: KitchenSink;
}

/** What a case works with. Everything that the case opens is closed after it. */
export interface CaseContext {
  readonly target: Target;
  readonly host: Host;
  /** The kitchen sink, or the part of it that the target's plugins implement. */
  readonly contract: KitchenSink;
  /** The host's side of the contract, made for this case. */
  readonly side: HostSide;
  /** Opens a new instance in the target's place, with the side's functions as imports. */
  open(options?: CaseOptions): Promise<Plugin<KitchenSink>>;
  /** Returns what `host.open` takes for one of the target's plugins. */
  artifact(name: ArtifactName): string;
  offers(feature: Feature): boolean;
  /** Resolves with the next event of this kind about a plugin of this case. */
  event<K extends keyof HostEvents>(kind: K): Promise<HostEvents[K]>;
  /** Resolves once a plugin of this case writes a line that passes the test, or immediately if one already did. */
  line(test: (line: LogLine) => boolean): Promise<LogLine>;
  /** Makes an empty folder, which is removed after the case. */
  folder(): Promise<string>;
}

/** One thing that a runtime must do in a place. */
export interface Case {
  /** A stable id for filters and reports: `swap/under-load`. */
  readonly id: string;
  readonly feature: Feature;
  readonly title: string;
  /** Features that must be offered in addition to `feature` for the case to make sense. */
  readonly requires: readonly Feature[];
  /** Plugins that the target must provide. */
  readonly artifacts: readonly ArtifactName[];
  /** Resolves if the case passes, and rejects if it fails. */
  run(context: CaseContext): Promise<void>;
}

export interface CaseDefinition {
  readonly title: string;
  readonly requires?: readonly Feature[];
  readonly artifacts?: readonly ArtifactName[];
  run(context: CaseContext): Promise<void>;
}

/** Makes the cases of one feature from definitions by the second part of their id. */
export function casesOf(feature: Feature, definitions: Readonly<Record<string, CaseDefinition>>): readonly Case[] {
  return Object.entries(definitions).map(([name, { title, requires = [], artifacts = justTheSink, run }]) => ({
    id: `${feature}/${name}`,
    feature,
    title,
    requires,
    artifacts,
    run,
  }));
}

const justTheSink: readonly ArtifactName[] = ["kitchenSink"];
