import { createHost } from "tenon";

/** Why plugins cannot be sandboxed here; `undefined` if they can. @returns {Promise<string | undefined>} */
export async function canSandbox() {
  const host = createHost();
  const place = /** @type {{ sandboxes?: () => unknown }} */ (host.places.get("process"));
  const answer = await place?.sandboxes?.();
  await host.close();
  if (answer === true) return undefined;
  const { reason = "no sandbox" } = /** @type {{ reason?: string }} */ (answer ?? {});
  return reason;
}
