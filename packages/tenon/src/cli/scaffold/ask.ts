import { usageError } from "../command-failure.js";
import { end } from "../ending.js";
import { exitCodes } from "../exit-codes.js";
import type { Output } from "../output.js";
import { type Kind, kinds, type Language, languages } from "../templates/index.js";

/** What `tenon new` was told, as far as it was told. */
export interface Told {
  readonly kind: Kind | undefined;
  readonly folder: string | undefined;
  readonly language: Language | undefined;
}

/** The rest: asked for on a terminal, an error elsewhere. The language is asked for only together with the others. */
export async function askFor(told: Told, output: Output): Promise<{ kind: Kind; folder: string; language: Language }> {
  const { kind, folder, language } = told;
  if (kind !== undefined && folder !== undefined) return { kind, folder, language: language ?? "typescript" };
  if (output.json || !output.isTerminal || process.stdin.isTTY !== true) {
    throw usageError(kind === undefined ? "it is not said what to make" : `it is not said where to make the ${kind}`, {
      text: `Say what (${kinds.join(" or ")}) and where.`,
      command: `tenon new ${kind ?? "plugin"} ${folder ?? "hello"}`,
    });
  }
  const { isCancel, select, text } = await import("@clack/prompts");
  const answered = async <T>(answer: Promise<T | symbol>): Promise<T> => {
    const given = await answer;
    if (isCancel(given)) return end(exitCodes.interrupted);
    return given as T;
  };
  const chosenKind =
    kind ??
    (await answered<Kind>(select({ message: "What is to be made?", options: kinds.map((value) => ({ value })) })));
  const chosenLanguage =
    language ??
    (await answered<Language>(
      select({ message: "In which language?", options: languages.map((value) => ({ value })) }),
    ));
  const chosenFolder =
    folder ??
    (await answered<string>(
      text({ message: "In which folder?", initialValue: chosenKind === "plugin" ? "hello" : "greeter-host" }),
    ));
  return { kind: chosenKind, folder: chosenFolder, language: chosenLanguage };
}
