import picocolors from "picocolors";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** What decides whether to use colour, apart from the stream itself. */
export interface ColourChoice {
  /** `--color` or `--no-color`, if one was given. */
  readonly asked: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns whether to colour what goes to a stream: decided by `--color` and `--no-color`, then by NO_COLOR and FORCE_COLOR,
 * then by whether the stream is a terminal that supports it. Source: no-color.org, force-color.org.
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
