import type { Metadata } from "../contract/model/infer.js";

export type { Metadata };

/** What a call carries that nobody gave anything. */
export const noMetadata: Metadata = Object.freeze({});
