let noted = 0;
export function add(a, b) {
  return (a + b) | 0;
}
export function upper(text) {
  return text.toUpperCase();
}
export function note(value) {
  noted = (noted + value) | 0;
}
export const seen = () => noted;
