import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyPlugin, Host, HostEvents, Plugin } from "../host/index.js";
import type { LogLine } from "../runtime/index.js";
import type { Case, CaseContext, CaseOptions } from "./target/case.js";
import { createHostSide } from "./target/host-side.js";
import { type KitchenSink, kitchenSink } from "./target/kitchen-sink.js";
import type { ArtifactName, Target } from "./target/target.js";

const watched = [
  "opened",
  "state",
  "crashed",
  "restarting",
  "restarted",
  "circuit-open",
  "rested",
  "rest-failed",
  "started",
  "start-failed",
  "swapped",
  "swap-failed",
  "closed",
  "log",
] as const;
type Watched = (typeof watched)[number];

interface Seen {
  readonly kind: Watched;
  readonly event: HostEvents[Watched];
}

/** One running case: its context, and what must be cleaned up after it. */
export class CaseSession implements CaseContext {
  readonly contract: KitchenSink;
  readonly side = createHostSide();
  /** Whether a plugin of the case crashed: then an unhandled rejection may be the plugin's. */
  crashed = false;
  readonly #name: string;
  readonly #opened: AnyPlugin[] = [];
  readonly #folders: string[] = [];
  readonly #lines: LogLine[] = [];
  readonly #unlisten: (() => void)[];
  readonly #listeners = new Set<(seen: Seen) => void>();

  constructor(
    readonly target: Target,
    readonly host: Host,
    item: Case,
  ) {
    this.contract = target.contract ?? kitchenSink;
    this.#name = `${item.id.replace("/", "-")}-${++count}`;
    this.#unlisten = watched.map((kind) => host.on(kind, (event) => this.#saw(kind, event)));
  }

  // Properties of the object itself, so that a case can destructure them.
  readonly open = async (options: CaseOptions = {}): Promise<Plugin<KitchenSink>> => {
    const { artifact = "kitchenSink", contract = this.contract, ...rest } = options;
    const plugin = await this.host.open(this.artifact(artifact), contract, {
      place: this.target.place,
      imports: this.side.imports,
      name: this.#name,
      fresh: true,
      ...rest,
      // A busy machine must not look like a plugin that loops. The cases that need shorter limits set their own.
      limits: { drain: 5000, grace: 5000, load: 30_000, ...rest.limits },
      supervision: { backoff: { first: 1, jitter: 0 }, ...rest.supervision },
    });
    this.#opened.push(plugin);
    this.side.plugin ??= plugin;
    return plugin;
  };

  readonly artifact = (name: ArtifactName): string => {
    const fixture = this.target.artifacts[name];
    if (typeof fixture === "string") return fixture;
    throw new Error(`the case uses ${name}, which its artifacts do not list`);
  };

  readonly offers = (feature: keyof Target["capabilities"]): boolean => this.target.capabilities[feature] === true;

  readonly event = <K extends keyof HostEvents>(kind: K): Promise<HostEvents[K]> =>
    new Promise((resolve) => {
      const listener = (seen: Seen) => {
        if ((seen.kind as string) !== kind) return;
        this.#listeners.delete(listener);
        resolve(seen.event as HostEvents[K]);
      };
      this.#listeners.add(listener);
    });

  readonly line = (test: (line: LogLine) => boolean): Promise<LogLine> => {
    const known = this.#lines.find(test);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const listener = () => {
        const found = this.#lines.find(test);
        if (found === undefined) return;
        this.#listeners.delete(listener);
        resolve(found);
      };
      this.#listeners.add(listener);
    });
  };

  readonly folder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "tenon-conformance-"));
    this.#folders.push(folder);
    return folder;
  };

  /** Closes and removes what the case left. Rejects if a plugin of the case is still open after that. */
  async end(): Promise<void> {
    this.side.resume();
    await Promise.all(this.#opened.map((plugin) => plugin.close()));
    for (const end of this.#unlisten) end();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
    const left = this.host.plugins.filter(({ name }) => name === this.#name);
    if (left.length > 0) throw new Error(`${left.length} plugins of the case are still open after it`);
  }

  #saw(kind: Watched, event: HostEvents[Watched]): void {
    const about = "plugin" in event ? event.plugin?.name : undefined;
    if ((about ?? ("name" in event ? event.name : undefined)) !== this.#name) return;
    if (kind === "crashed") this.crashed = true;
    if (kind === "log") this.#lines.push((event as HostEvents["log"]).line);
    for (const listener of [...this.#listeners]) listener({ kind, event });
  }
}

let count = 0;
