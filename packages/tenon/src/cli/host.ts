import type { Host } from "../host/index.js";
import type { CreateHostOptions } from "../presets/index.js";
import { closeAtEnd } from "./ending.js";

/** Lends a host with everything that Tenon brings, and closes it however the work ends. */
export async function withHost<T>(work: (host: Host) => Promise<T>, options: CreateHostOptions = {}): Promise<T> {
  // Loaded only here: help and completion need none of it.
  const { createHost } = await import("../presets/index.js");
  const host = createHost(options);
  const close = closeAtEnd(() => host.close());
  try {
    return await work(host);
  } finally {
    await close();
  }
}
