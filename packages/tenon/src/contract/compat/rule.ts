/** How much a difference matters: `note` changes nothing, `adapts` is bridged by Tenon, `breaks` cannot be bridged. */
export type DifferenceSeverity = "note" | "adapts" | "breaks";

/** One side of a comparison. */
export type Party = "host" | "plugin";

/**
 * The facts of one difference, for its message and cure. For rules about items and parameters, `from` calls and `to` is
 * called; for rules about results and values, `from` sends and `to` receives.
 */
export interface Facts {
  readonly from: Party;
  readonly to: Party;
  /** The name of the function, parameter, field, case, flag or type that it is about; empty if there is none. */
  readonly name: string;
  /** What each side has, as WIT text. */
  readonly fromText: string;
  readonly toText: string;
}

/** One row of the compat table in docs/contract.md, which is generated from here and kept equal by a test. */
export interface Rule {
  readonly severity: DifferenceSeverity;
  /** The change, in the words of the table. */
  readonly change: string;
  /** What becomes of a call or a value. */
  readonly effect: string;
  readonly message: (facts: Facts) => string;
  readonly fix: (facts: Facts) => string;
}

export const nothingToDo = "Nothing has to be done.";
export const sameContract = ({ from, to }: Facts) =>
  `Nothing has to be done; to remove the difference, give the ${from} and the ${to} the same contract.`;
