import { join } from "node:path";
import { createHost, type Host, isTenonError } from "tenon";
import { contractFromWit } from "tenon/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileCase, hostileCases, hostileFolder } from "./index.js";

type Place = "inline" | "worker" | "process";

/**
 * Declares one test for each hostile plugin in a place: it must fail at the step and with the code of its case, and the host
 * and another plugin must keep working.
 */
export function describePlace(place: Place, chosen: (one: HostileCase) => boolean = () => true): void {
  describe(`hostile WebAssembly in ${place}`, () => {
    let folder = "";
    let host: Host;
    let companion: any;
    beforeAll(async () => {
      folder = await hostileFolder();
      host = createHost();
      companion = await host.open(join(folder, "well-behaved.wasm"), undefined, { place });
    }, 600_000);
    afterAll(() => host?.close());

    const contained = (one: HostileCase) => (one.places ?? ["inline", "worker", "process"]).includes(place);
    test.each(hostileCases.filter((one) => contained(one) && chosen(one)))(
      "$name fails with $code at $when",
      { timeout: 60_000 },
      async (one) => {
        const failure = await attempt(host, join(folder, `${one.name}.wasm`), place, one);
        expect(failure).toEqual({ when: one.when, code: one.code });
        expect(await companion.exports.run()).toBe(1);
      },
    );
  });
}

/** Performs the steps until one fails. */
async function attempt(host: Host, file: string, place: Place, one: HostileCase) {
  const contract = one.contract === undefined ? undefined : contractFromWit(one.contract);
  // `open` limits memory and tables; a check has no limits.
  if (one.limits?.memory === undefined && one.limits?.table === undefined) {
    const { verdict, findings } = await host.check(file, contract);
    if (verdict === "breaks")
      return { when: "check", code: findings.find(({ severity }) => severity === "error")?.code };
  }
  let plugin: any;
  let inner: Promise<unknown> | undefined;
  const take = () => {
    if (!one.callsBack) return;
    inner = plugin.exports.run();
    inner?.catch(() => {});
  };
  try {
    const limits = one.limits ?? {};
    plugin = await host.open(file, contract, { place, fresh: true, limits, imports: { take } });
  } catch (thrown) {
    return { when: "open", code: codeOf(thrown) };
  }
  try {
    const { run = plugin.exports.things?.run } = plugin.exports;
    await run(...(one.parameters ?? []));
    await inner;
    return { when: "never" };
  } catch (thrown) {
    return { when: "call", code: codeOf(thrown) };
  } finally {
    await plugin.close().catch(() => {});
  }
}

function codeOf(thrown: unknown): string {
  return isTenonError(thrown) ? thrown.code : `not a coded error: ${thrown}`;
}
