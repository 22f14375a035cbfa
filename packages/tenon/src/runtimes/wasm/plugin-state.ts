import type { TenonError } from "../../errors/index.js";
import { ComponentState } from "./abi/component-state.js";

/** What all component instances of one plugin share. */
export interface PluginState {
  /** For messages: the file as the user named it. */
  readonly subject: string;
  /** Bytes of the largest value either way; 0 for no limit. */
  readonly limit: number;
  /** See `ComponentState.sources`: shared by all instances of the file. */
  readonly sources: ComponentState["sources"];
  /** Of every component instance that was made for the plugin. */
  readonly states: ComponentState[];
  /** Told of the first trap: from then on the plugin is gone. */
  lose(error: TenonError): void;
}

/** The component instance whose code runs now; while the plugin is loaded, the one that is being made. */
export function runningState({ states }: PluginState): ComponentState {
  return (states.findLast(({ mayEnter }) => !mayEnter) ?? states.at(-1))!;
}

/** The state of a new component instance. */
export function createState({ subject, limit, sources, states, lose }: PluginState): ComponentState {
  const state = new ComponentState(subject, limit, lose);
  state.sources = sources;
  states.push(state);
  return state;
}

const byFile = new WeakMap<Uint8Array, ComponentState["sources"]>();

/** Where code that is generated for instances of a file is kept: as long as its bytes. */
export function sourcesOf(bytes: Uint8Array): ComponentState["sources"] {
  let sources = byFile.get(bytes);
  if (sources === undefined) byFile.set(bytes, (sources = new Map()));
  return sources;
}
