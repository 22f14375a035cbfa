/** How severe a difference is: `note` has no effect, with `adapts` Tenon converts values, `breaks` cannot be adapted. */
export type DifferenceSeverity = "note" | "adapts" | "breaks";

/** One side of a comparison. */
export type Party = "host" | "plugin";

/**
 * The facts of one difference, for its message and fix. For rules about items and parameters, `from` calls and `to` is
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

/** One row of the compat table in docs/contract.md. A test checks that the table matches. */
export interface Rule {
  readonly severity: DifferenceSeverity;
  /** The difference, as the table describes it. */
  readonly change: string;
  /** What happens to a call or a value. */
  readonly effect: string;
  readonly message: (facts: Facts) => string;
  readonly fix: (facts: Facts) => string;
}

export const nothingToDo = "No action needed.";
export const sameContract = ({ from, to }: Facts) =>
  `No action needed. To remove the difference, give the ${from} and the ${to} the same contract.`;
