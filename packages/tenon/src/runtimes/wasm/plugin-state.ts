import type { TenonError } from "../../errors/index.js";
import { ComponentState } from "./abi/component-state.js";

/** What all component instances of one plugin share. */
export interface PluginState {
  /** For messages: the file as the user named it. */
  readonly subject: string;
  /** Bytes of the largest value either way; 0 for no limit. */
  readonly limit: number;
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
export function createState({ subject, limit, states, lose }: PluginState): ComponentState {
  const state = new ComponentState(subject, limit, lose);
  states.push(state);
  return state;
}
