import { builtinInvalid, builtinMissing } from "../../errors/factories/javascript.js";
import { partOfHost } from "../../errors/factories/source.js";
import { isErrorObject, propertyOf } from "../../errors/index.js";
import { isPluginDescriptor, type PluginDescriptor } from "../../runtime/descriptor.js";
import type { Artifact, Runtime } from "../../runtime/index.js";
import { instantiate } from "./instantiate.js";

const scheme = "builtin:";

/**
 * The runtime of plugins that are part of the program: `builtin:NAME` opens one like any other plugin, with the same handle
 * and the same checks. So one line is enough to move a plugin into the program.
 *
 * @throws TENON_OPTION_INVALID if a value was not made by `plugin()` of `tenon/guest`.
 */
export function createBuiltinRuntime(builtins: Readonly<Record<string, PluginDescriptor<any>>>): Runtime {
  for (const [name, descriptor] of Object.entries(builtins)) {
    if (!isPluginDescriptor(descriptor)) throw builtinInvalid(name);
  }
  const elsewhere = "a builtin is part of the program's own code and cannot be loaded in another thread or process";
  return {
    name: "builtin",
    module: import.meta.url,
    offers: ({ thread }) => (thread === "host" ? true : elsewhere),
    place: "inline",
    stores: ["entries", "folder"],
    async resolve(given) {
      if (!given.startsWith(scheme)) return undefined;
      const name = given.slice(scheme.length);
      const descriptor = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
      if (descriptor === undefined) throw builtinMissing(given, name, Object.keys(builtins));
      return artifactOf(given, name, descriptor);
    },
    recognise: async (artifact) =>
      artifact.given.startsWith(scheme) ? { confidence: 2, description: "builtin" } : undefined,
    check: async () => [],
    prepare: async (artifact) => ({
      path: artifact.path,
      fingerprint: artifact.path,
      payload: undefined,
      unpinned: partOfHost,
    }),
    load(prepared, request) {
      const descriptor = builtins[prepared.path.slice(scheme.length)];
      return instantiate({ default: descriptor }, request, {
        subject: prepared.path,
        stack: (thrown) => stackOf(thrown),
        lost: new Promise(() => {}),
        release: () => {},
      });
    },
  };
}

function stackOf(thrown: unknown): string | undefined {
  const stack = isErrorObject(thrown) ? propertyOf(thrown, "stack") : undefined;
  return typeof stack === "string" ? stack : undefined;
}

function artifactOf(given: string, name: string, descriptor: PluginDescriptor): Artifact {
  return {
    path: given,
    given,
    kind: "file",
    head: new Uint8Array(),
    size: 0,
    manifest: {
      name,
      version: undefined,
      entry: undefined,
      contract: descriptor.contract,
      settings: undefined,
      priority: 0,
      requires: {},
      grants: {},
      source: undefined,
    },
  };
}
