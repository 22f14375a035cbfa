import { type TemplateKind as Kind, templateKinds as kinds } from "../../contributions/contribution.js";
import { kindMissing, targetFolderMissing } from "../../errors/factories/scaffold.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import type { Output } from "../output/output.js";
import { exit } from "../output/shutdown.js";

const questions = {
  kind: "What do you want to create?",
  language: "Which language?",
  folder: "Which folder?",
} as const;

/** What the command line of `tenon new` says; the rest is asked for. */
export interface PartialAnswers {
  readonly kind: Kind | undefined;
  readonly folder: string | undefined;
  readonly language: string | undefined;
}

export interface Answers {
  readonly kind: Kind;
  readonly folder: string;
  readonly language: string;
}

/**
 * Asks for what the command line leaves out, if this is a terminal. Asks for the language only together
 * with the rest.
 *
 * @param languages the first is the default
 */
export async function askFor(given: PartialAnswers, languages: readonly string[], output: Output): Promise<Answers> {
  const { kind, folder, language } = given;
  if (kind !== undefined && folder !== undefined) return { kind, folder, language: language ?? languages[0] ?? "" };
  if (output.json || !output.isTerminal || process.stdin.isTTY !== true)
    throw kind === undefined ? kindMissing(kinds, folder ?? "hello") : targetFolderMissing(kind, defaultFolder(kind));
  const { isCancel, select, text } = await import("@clack/prompts");
  const orExit = async <T>(answer: Promise<T | symbol>): Promise<T> => {
    const value = await answer;
    if (isCancel(value)) return exit(exitCodes.interrupted);
    return value as T;
  };
  const chosenKind =
    kind ?? (await orExit<Kind>(select({ message: questions.kind, options: kinds.map((value) => ({ value })) })));
  const chosenLanguage =
    language ??
    (await orExit<string>(select({ message: questions.language, options: languages.map((value) => ({ value })) })));
  const chosenFolder =
    folder ?? (await orExit<string>(text({ message: questions.folder, initialValue: defaultFolder(chosenKind) })));
  return { kind: chosenKind, folder: chosenFolder, language: chosenLanguage };
}

function defaultFolder(kind: Kind): string {
  return kind === "plugin" ? "hello" : "greeter-host";
}
