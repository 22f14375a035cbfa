import picocolors from "picocolors";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** What decides about colour besides the stream itself. */
export interface ColourChoice {
  /** `--color` or `--no-color`, where one was given. */
  readonly asked: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to colour what goes to a stream: `--color` and `--no-color` first, then NO_COLOR and FORCE_COLOR, then
 * whether it is a terminal that can. Source: no-color.org, force-color.org.
 */
export function usesColour(choice: ColourChoice, isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = choice.environment;
  if (choice.asked !== undefined) return choice.asked;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && TERM !== "dumb";
}

export function makeColours(enabled: boolean): Colours {
  return picocolors.createColors(enabled);
}
