/**
 * Names. WIT uses kebab-case, JavaScript camelCase, and classes PascalCase. Names that {@link isWitName} accepts convert
 * between them without loss.
 */

// A word is all lower case or all upper case, and begins with a letter (WIT.md, "Identifiers").
const witName = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/;

/** Whether the text is a WIT identifier (without a leading `%`). */
export function isWitName(name: string): boolean {
  return name.length <= 255 && witName.test(name);
}

/** `first-name` → `firstName`. */
export function camel(name: string): string {
  const words = name.split("-");
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join("");
}

/** `first-name` → `FirstName`. */
export function pascal(name: string): string {
  return name.split("-").map(capital).join("");
}

/** `firstName` or `FirstName` → `first-name`; a name in kebab-case stays as it is. */
export function kebab(name: string): string {
  if (name.includes("-")) return name;
  return name.replace(/[A-Z]/g, (letter, index: number) => (index === 0 ? "" : "-") + letter.toLowerCase());
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
