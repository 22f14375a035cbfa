import type { Capabilities } from "../capabilities.js";
import type { Descriptors } from "./descriptors.js";
import type { GuestMemory } from "./guest-memory.js";

/** What the functions of one module share. */
export interface Context {
  readonly memory: GuestMemory;
  readonly descriptors: Descriptors;
  readonly capabilities: Capabilities;
}

/** A function of preview 1: throws a `Failure`, or anything of the system's, for whatever is no success. */
export type Preview1Function = (...flat: any[]) => void;
export type Preview1Functions = Readonly<Record<string, Preview1Function>>;
