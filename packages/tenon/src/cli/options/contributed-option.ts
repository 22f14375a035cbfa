import { InvalidArgumentError, Option } from "commander";
import type { CommandOption } from "../../contributions/index.js";

/** Makes an option of the description that a contribution gives. */
export function contributedOption({
  flags,
  description,
  choices,
  required,
  repeatable,
  read,
  ...rest
}: CommandOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices(choices);
  if (required === true) option.makeOptionMandatory();
  if (rest.default !== undefined) option.default(rest.default);
  if (read !== undefined || repeatable === true)
    option.argParser((text, previous: unknown) => {
      const value = read === undefined ? text : readValue(text, read);
      return repeatable === true ? [...((previous as readonly unknown[] | undefined) ?? []), value] : value;
    });
  return option;
}

/** Converts a word. What is thrown becomes commander's own error, which says where the word stands. */
export function readValue<T>(text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (thrown) {
    throw new InvalidArgumentError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
