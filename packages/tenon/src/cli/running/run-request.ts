import type { Contract } from "../../contract/index.js";
import type { RuntimeChoice } from "../../runtime/index.js";
import type { Consented } from "../grants/consent.js";
import type { TypedCommand } from "../grants/grant-words.js";
import type { GrantOptions } from "../options/grant-options.js";
import type { InspectAddress, PlaceChoice } from "../options/option-values.js";
import type { RuntimeChoiceOptions } from "../options/runtime-options.js";

/** The options of `tenon run`, as commander reads them. */
export interface RunOptions extends GrantOptions, RuntimeChoiceOptions {
  /** Standard input of a program. */
  readonly input?: string;
  readonly contract?: string;
  readonly world?: string;
  readonly place?: PlaceChoice;
  readonly isolation?: "contained" | "sandboxed";
  readonly settings?: string;
  readonly deadline?: number;
  readonly requestsPerInstance?: number;
  readonly watch?: boolean;
  readonly exclusive?: boolean;
  /** Where plugins store data. */
  readonly storage?: string;
  readonly inspect?: boolean;
  readonly inspectAddress?: InspectAddress;
}

/** What `tenon run` is asked to do. */
export interface RunRequest {
  readonly plugin: string;
  /** The function to call. */
  readonly name: string | undefined;
  readonly words: readonly string[];
  /** The host's contract, if one was given. */
  readonly contract: Contract | undefined;
  readonly settings: unknown;
  readonly options: RunOptions;
  /** What was typed, to say how to type more; absent if this is not known. */
  readonly typed: TypedCommand | undefined;
  /** What the user agreed to; absent if nothing was asked. */
  readonly consented?: Consented;
  /** The runtime to open the plugin with, and its options. */
  readonly runtime?: Exclude<RuntimeChoice, string>;
  /** The digest that the plugin must have. */
  readonly integrity?: string;
  /** Whether a debugger may stop the plugin, so that timeouts are off. */
  readonly inspected: boolean;
}

export type CallRequest = RunRequest & { readonly name: string };

/** The part of a request that decides what is opened. */
export function choiceOf({ runtime, integrity }: RunRequest): Pick<RunRequest, "runtime" | "integrity"> {
  return { ...(runtime === undefined ? {} : { runtime }), ...(integrity === undefined ? {} : { integrity }) };
}
