import type { Contract } from "../../contract/index.js";
import { contractMissing } from "../../errors/factories/command-contract.js";
import { examine } from "../../host/check.js";
import type { Host } from "../../host/index.js";
import { refusal } from "../../host/report.js";
import type { Artifact, Runtime } from "../../runtime/index.js";
import { choiceOf, type RunRequest } from "./run-request.js";

/** A plugin that can be opened, and the contract to open it with. */
export interface RunnablePlugin {
  readonly artifact: Artifact;
  readonly runtime: Runtime;
  readonly contract: Contract;
}

/** Reads what is known about the plugin without running it. @throws what `check` finds; TENON_CONTRACT_MISSING */
export async function examinePlugin(host: Host, request: RunRequest): Promise<RunnablePlugin> {
  const { plugin, contract } = request;
  const examined = await examine(plugin, contract, host, choiceOf(request));
  const { report, artifact, runtime } = examined;
  if (report.verdict === "breaks" || artifact === undefined || runtime === undefined) throw refusal(report);
  if (examined.contract === undefined) throw contractMissing(plugin);
  return { artifact, runtime, contract: examined.contract };
}
