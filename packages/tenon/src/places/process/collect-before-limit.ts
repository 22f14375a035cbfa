import { getHeapStatistics } from "node:v8";
import { canTellMemory } from "../../launch/abilities.js";
import { occupiedBy } from "../../launch/processes.js";
import { collectGarbage } from "../../runtime/collect-garbage.js";
import { allowance } from "./memory-allowance.js";

const lookMilliseconds = 50;
const heapLimit = "--max-old-space-size=";

/**
 * Collects unused buffers of this process before the host would take it for one that needs more than its limit. Collects
 * again only after buffers were added, because what is in use cannot be collected.
 */
export function collectBeforeLimit(): void {
  const given = process.execArgv.find((option) => option.startsWith(heapLimit));
  if (given === undefined || !canTellMemory) return;
  const enough = Number(given.slice(heapLimit.length)) * 2 ** 20 + allowance / 2;
  let left = 0;
  const look = () => {
    const { external_memory } = getHeapStatistics();
    if (external_memory < left + allowance / 8 || occupiedBy(process.pid) < enough) return;
    collectGarbage();
    left = getHeapStatistics().external_memory;
  };
  setInterval(look, lookMilliseconds).unref();
}
