import type { TenonError } from "../../../errors/index.js";
import { ComponentState } from "../abi/state/component-state.js";
import type { LinkRecord } from "./link-record.js";

/** What all component instances of one plugin share. */
export interface PluginState {
  /** The path as the user gave it, for messages. */
  readonly subject: string;
  /** The maximum size of a value in bytes, in both directions; 0 for no limit. */
  readonly limit: number;
  /** See `ComponentState.sources`: shared by all instances of the file. */
  readonly sources: ComponentState["sources"];
  /** The types of a component that is instantiated more than once. */
  readonly record?: LinkRecord;
  /** The state of every component instance of the plugin. */
  readonly states: ComponentState[];
  /** See `ComponentState.panicsQuietly`. */
  readonly panicsQuietly?: boolean;
  /** Called with the first trap. The plugin cannot be used afterwards. */
  onTrap(error: TenonError): void;
}

/** Returns the component instance whose code is running; while the plugin is loaded, the one that is being created. */
export function runningState({ states }: PluginState): ComponentState {
  return (states.findLast(({ mayEnter }) => !mayEnter) ?? states.at(-1))!;
}

/** Creates the state of a new component instance. */
export function createState({
  subject,
  limit,
  sources,
  states,
  panicsQuietly = false,
  onTrap,
}: PluginState): ComponentState {
  const state = new ComponentState(subject, limit, onTrap);
  state.sources = sources;
  state.panicsQuietly = panicsQuietly;
  states.push(state);
  return state;
}

const byFile = new WeakMap<Uint8Array, ComponentState["sources"]>();

/** Returns the cache for code that is generated for instances of a file. It lives as long as the bytes. */
export function sourcesOf(bytes: Uint8Array): ComponentState["sources"] {
  let sources = byFile.get(bytes);
  if (sources === undefined) byFile.set(bytes, (sources = new Map()));
  return sources;
}
