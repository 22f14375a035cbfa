import { fail, plugin } from "tenon/guest";
import { units } from "../contract.js";

const metres: ReadonlyMap<string, number> = new Map([
  ["m", 1],
  ["km", 1000],
  ["ft", 0.3048],
  ["mi", 1609.344],
]);

function lengthOf(unit: string): number {
  const length = metres.get(unit);
  if (length === undefined) throw fail(`there is no unit "${unit}"`);
  return length;
}

export default plugin(units, ({ imports }) => ({
  async convert(lengths, unit, into) {
    const factor = lengthOf(unit) / lengthOf(into);
    await imports.log(`converting ${lengths.length} lengths`);
    return lengths.map((length) => length * factor);
  },
}));
