import type { Capabilities } from "../capabilities/capabilities.js";
import type { Descriptors } from "./descriptors.js";
import type { GuestMemory } from "./guest-memory.js";

/** What the functions of one module share. */
export interface Context {
  readonly memory: GuestMemory;
  readonly descriptors: Descriptors;
  readonly capabilities: Capabilities;
}

/** A function of preview 1. It throws a `Failure`, or an error of the system, if it does not succeed. */
export type Preview1Function = (...flat: any[]) => void;
export type Preview1Functions = Readonly<Record<string, Preview1Function>>;
