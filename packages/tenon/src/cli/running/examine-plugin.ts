import type { Contract } from "../../contract/index.js";
import { errors } from "../../errors/index.js";
import { examine } from "../../host/check.js";
import type { Host } from "../../host/index.js";
import { refusal } from "../../host/report.js";
import type { Artifact, Runtime } from "../../runtime/index.js";
import type { RunRequest } from "./run-request.js";

/** A plugin that can be opened, and the contract to open it with. */
export interface RunnablePlugin {
  readonly artifact: Artifact;
  readonly runtime: Runtime;
  readonly contract: Contract;
}

/** Reads what is known of the plugin before it runs. @throws what `check` finds; TENON_CONTRACT_MISSING */
export async function examinePlugin(host: Host, { plugin, contract }: RunRequest): Promise<RunnablePlugin> {
  const examined = await examine(plugin, contract, host.runtimes);
  const { report, artifact, runtime } = examined;
  if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
  if (examined.contract === undefined) {
    throw errors.TENON_CONTRACT_MISSING({
      message: `${plugin} carries no contract, so it is not known what its functions take`,
      subject: plugin,
      fix: {
        text: "Give the contract, or put a .wit file beside the plugin.",
        command: `tenon run ${plugin} --contract FILE`,
      },
    });
  }
  return { artifact, runtime, contract: examined.contract };
}
