/** The words that WIT reserves (WIT.md, "Keywords"). To use one as a name, write a leading `%`. */
export const keywords: ReadonlySet<string> = new Set(
  (
    "as async bool borrow char constructor enum error-context export f32 f64 flags from func future import include " +
    "interface list map option own package record resource result s16 s32 s64 s8 static stream string tuple type " +
    "u16 u32 u64 u8 use variant with world"
  ).split(" "),
);

// A word after the first may begin with a digit; in the names of a contract it may not (Explainer.md, "label").
const label = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*$/;

/** Whether the text is a WIT label, as WIT text allows it. */
export function isLabel(text: string): boolean {
  return label.test(text);
}
