/** @type {{ id: number, name: string, tags: string[] }[]} */
let rows = [];
export function fill(/** @type {number} */ count) {
  rows = Array.from({ length: count }, (_, id) => ({
    id,
    name: `row number ${id} €`,
    tags: ["first", "second", "third"],
  }));
  return rows.length;
}
export const size = () => rows.length;
export const sample = (/** @type {number} */ at) => rows[at]?.name ?? "";
export const saveState = () => ({ rows });
export function restoreState(/** @type {{ rows: typeof rows }} */ state) {
  rows = state.rows;
}
