import { kebab } from "../../../contract/index.js";

/** Names that C does not allow: keywords up to C23, and macros of the headers that every plugin includes. */
const reserved = new Set(
  (
    "alignas alignof asm auto bool break case char const constexpr continue default do double else enum extern false " +
    "float for goto if inline int long nullptr register restrict return short signed sizeof static static_assert " +
    "struct switch thread_local true typedef typeof typeof_unqual union unsigned void volatile while " +
    "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t uintptr_t " +
    "errno stdin stdout stderr offsetof unix linux"
  ).split(" "),
);

/** `dark-blue` or `darkBlue` → `dark_blue`; with a trailing `_` if the name is reserved in C. */
export function cName(name: string): string {
  const snake = snakeCase(name);
  return reserved.has(snake) ? `${snake}_` : snake;
}

/** `dark-blue` or `DarkBlue` → `dark_blue`. */
export function snakeCase(name: string): string {
  return kebab(name).replaceAll("-", "_").toLowerCase();
}

/** `dark-blue` or `DarkBlue` → `DARK_BLUE`. */
export function upperCase(name: string): string {
  return snakeCase(name).toUpperCase();
}
