import { type Enforcement, givenNames } from "../../grants/enforcement.js";
import { type GrantName, type GrantSet, grantNames } from "../../grants/grants.js";
import { withGrants } from "../../grants/missing-grants.js";
import { type Case, type CaseContext, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";

export const grantCases: readonly Case[] = [
  ...casesOf("grants", {
    refused: {
      title: "A grant that nothing enforces is refused, by its name; the others are given",
      async run(context) {
        const samples = await sampleGrants(context);
        const enforcedBy = await enforcementHere(context);
        let enforced: GrantSet = {};
        for (const name of systemGrants) {
          if (enforcedBy[name] !== "none") {
            if (name !== "functions") enforced = withGrants(enforced, samples[name]);
            continue;
          }
          const error = await rejects(context.open({ grants: samples[name] }), "TENON_GRANT_UNENFORCED");
          holds(error.message.includes(`grants.${name} `), error.message);
          holds(error.fix.text.includes('unenforced: "allow"'), error.fix.text);
        }
        equal(context.host.plugins.length, 0);
        equal(await (await context.open({ grants: enforced })).exports.version(), "1");
      },
    },
    allowed: {
      title: "A grant that nothing enforces is given if the host allows it, and reported",
      async run(context) {
        const samples = await sampleGrants(context);
        const enforcedBy = await enforcementHere(context);
        const unenforced = systemGrants.filter((name) => enforcedBy[name] === "none");
        const given = unenforced.reduce<GrantSet>((all, name) => withGrants(all, samples[name]), {});
        const plugin = await context.open({ grants: { ...given, unenforced: "allow" } });
        equal(await plugin.exports.version(), "1");
        deepEqual({ ...plugin.grants.enforcedBy }, { ...enforcedBy });
        const reported = givenNames(plugin.grants.given);
        for (const name of unenforced) {
          holds(reported.includes(name), `${name} is not reported as given`);
        }
      },
    },
    functions: {
      title: "The host refuses calls of host functions that are not granted",
      requires: ["callbacks"],
      async run({ open }) {
        const { exports, grants } = await open({ grants: { functions: ["host.add", "values"] } });
        equal(await exports.callbacks.add(2, 3), 5);
        // A plugin without exceptions ends the call in its own way. What it says contains why.
        const refused = exports.callbacks.addLater(2, 3);
        const error = await rejects(refused, "TENON_GRANT_MISSING", "TENON_CALL_THREW");
        holds(error.message.includes("the host function host.addLater(), which is not granted"), error.message);
        equal(await exports.callbacks.add(3, 4), 7);
        equal(grants.enforcedBy.functions, "host");
        deepEqual([...(grants.given.functions ?? [])], ["host.add", "values"]);
      },
    },
    unknown: {
      title: "A grant for a host function that does not exist is refused",
      async run({ open }) {
        const error = await rejects(open({ grants: { functions: ["host.ad"] } }), "TENON_OPTION_INVALID");
        holds(error.message.includes("host.add"), error.message);
      },
    },
  }),
];

type SystemGrant = Exclude<GrantName, "storage" | "storage.folder">;

/** The grants other than storage, which a runtime offers or does not. */
const systemGrants = grantNames.filter((name): name is SystemGrant => !name.startsWith("storage"));

/** One grant of each kind, by its name. */
async function sampleGrants({ folder }: CaseContext): Promise<Readonly<Record<SystemGrant, GrantSet>>> {
  return {
    environment: { environment: { TENON_CONFORMANCE_GRANT: "given" } },
    folders: { folders: { "/granted": await folder() } },
    network: { network: ["example.com:443"] },
    listen: { listen: ["127.0.0.1:0"] },
    programs: { programs: ["ls"] },
    functions: { functions: ["host"] },
    "resources.memory": { resources: { memory: 2 ** 30 } },
    "resources.processes": { resources: { processes: 100 } },
    "resources.files": { resources: { files: 1000 } },
    "resources.cpu": { resources: { cpu: 60_000 } },
  };
}

/** What enforces each grant, as `check` reports it. */
async function enforcementHere({ host, artifact, contract, target }: CaseContext): Promise<Enforcement> {
  const { grants } = await host.check(artifact("kitchenSink"), contract, { place: target.place });
  if (grants === undefined) throw new Error("check reports no grants");
  return grants.enforcedBy;
}
