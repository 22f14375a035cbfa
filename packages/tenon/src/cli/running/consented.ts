import { enforcementIn, expectEnforced } from "../../host/granted.js";
import type { Host } from "../../host/index.js";
import type { Runtime } from "../../runtime/index.js";
import { consentTo } from "../grants/consent.js";
import { readGrants } from "../options/grant-options.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import type { CommandLine } from "../plugins/command-line.js";
import type { RunnablePlugin } from "./examine-plugin.js";
import { placeOf } from "./open-plugin.js";
import type { RunRequest } from "./run-request.js";

/**
 * Returns the request with what the user agrees to grant, beside what the options grant. To be called before the plugin is opened,
 * while no progress is shown.
 *
 * @throws TENON_CONSENT_MISSING, TENON_CONSENT_UNSAFE, TENON_CONSENT_INVALID; TENON_GRANT_UNENFORCED for options
 */
export async function withConsent(
  host: Host,
  runnable: RunnablePlugin,
  request: RunRequest,
  line: CommandLine,
): Promise<RunRequest> {
  const { output } = line;
  const { artifact, runtime } = runnable;
  const { options, plugin, typed } = request;
  const { name, grants: asked } = artifact.manifest;
  if (options.ask === false || Object.keys(asked).length === 0) return request;
  const { isolation } = options;
  const given = readGrants(options);
  const placeName = await placeOf(host, runnable, request, line);
  const place = host.places.get(placeName);
  if (place === undefined) return request;
  expectEnforced({ name, runtime, placeName, places: host.places, grants: given, isolation });
  const consented = await consentTo(
    {
      ...{ name, plugin: artifact.path, asked, given, typed },
      place: placeName,
      enforcement: enforcementIn(runtime, place, isolation),
      enforcing: async () =>
        options.place === undefined && (await canSandbox(runtime, host)) ? ["--isolation", "sandboxed"] : undefined,
      digest: async () => {
        const preparing = () => runtime.prepare(artifact, interrupted);
        const { digest, fingerprint } = await withProgress(output, `preparing ${plugin}`, preparing);
        return digest ?? `fingerprint ${fingerprint}`;
      },
    },
    output,
  );
  return { ...request, consented };
}

/** Whether the plugin could run in a sandbox of the operating system. */
async function canSandbox(runtime: Runtime, { places }: Host): Promise<boolean> {
  for (const { traits, sandboxes } of places.values())
    if (sandboxes !== undefined && runtime.offers(traits) === true && (await sandboxes()) === true) return true;
  return false;
}
