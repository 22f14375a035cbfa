// Hosts and plugins' processes are killed, and plugins are swapped under load: no call is lost, doubled, or run and rejected.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { check, done } from "../case.mjs";

const program = fileURLToPath(new URL("../../../verification/src/faults/main.mjs", import.meta.url));
const { stdout } = spawnSync(process.execPath, [program, "--kills", "3", "--swaps", "5"], { encoding: "utf8" });
for (const line of stdout.trimEnd().split("\n").slice(2)) {
  const zeros = line.startsWith("faults:") ? /^faults: 0 lost, 0 doubled, 0 run and rejected$/ : /\| 0 \| 0 \| 0 \|/;
  check("campaign", line, zeros.test(line), "three zeros");
}
check(
  "rows",
  stdout.trimEnd().split("\n").length,
  stdout.trimEnd().split("\n").length === 9,
  "six campaigns and the sum",
);
done();
