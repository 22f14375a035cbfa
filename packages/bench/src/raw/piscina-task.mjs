/** @param {{ a: number; b: number }} operands */
export default ({ a, b }) => (a + b) | 0;
