import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { finding } from "../finding.js";

/** One thing that is wrong in a config file, and where: from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const mostInMessage = 10;
const mostFindings = 100;

/** A config file with problems, in the order of the file. */
export function configInvalid(file: string, problems: readonly ConfigProblem[]): TenonError {
  const text = ({ line, column, message }: ConfigProblem) => `${file}:${line}:${column}: ${message}`;
  const shown = problems.slice(0, mostInMessage).map(text);
  const more = problems.length > mostInMessage ? [`and ${problems.length - mostInMessage} more`] : [];
  return errors.TENON_CONFIG_INVALID({
    message:
      problems.length === 1
        ? String(shown[0])
        : `${file}: ${problems.length} problems:\n  ${[...shown, ...more].join("\n  ")}`,
    subject: file,
    findings: problems.slice(0, mostFindings).map((problem) =>
      finding("TENON_CONFIG_INVALID", {
        subject: `${file}:${problem.line}:${problem.column}`,
        message: text(problem),
      }),
    ),
  });
}

/** A config file that cannot be read at all. `why`: "it is a folder". */
export function configUnreadable(file: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_CONFIG_UNREADABLE({ message: `${file}: ${why}`, subject: file, cause });
}

/** A configured plugin names a contract that the program does not give. */
export function configContractUnknown(plugin: string, id: string, known: readonly string[]): TenonError {
  return errors.TENON_CONTRACT_MISSING({
    message: `plugin ${plugin}: contract "${id}" is not one that the program gives; ${known.length === 0 ? "it gives none" : `it gives ${known.join(", ")}`}`,
    subject: plugin,
    fix: { text: `Pass it to the host: createHost({ config: { file: "…", contracts: [contract] } })` },
  });
}

/** The file of a contract that a configured plugin names is not there. */
export function configContractMissing(plugin: string, path: string): TenonError {
  return errors.TENON_CONTRACT_MISSING({
    message: `plugin ${plugin}: there is no contract file ${path}`,
    subject: plugin,
    fix: { text: "Correct `contract` in the config file: it is relative to the folder of that file." },
  });
}

/** A plugin that a configured plugin requires did not open. */
export function configRequirementFailed(plugin: string, required: string, cause: TenonError): TenonError {
  return errors.TENON_DEPENDENCY_MISSING({
    message: `plugin "${plugin}" requires plugin "${required}", which did not open: ${cause.message.slice(0, 300)}`,
    subject: plugin,
    cause,
    fix: cause.fix,
  });
}

/** A plugin that a configured plugin requires has another version. */
export function configRequirementVersion(
  plugin: string,
  required: string,
  range: string,
  found: string | undefined,
): TenonError {
  return errors.TENON_DEPENDENCY_VERSION({
    message: `plugin "${plugin}" requires plugin "${required}" in version ${range}, but it has ${found === undefined ? "no version" : `version ${found}`}`,
    subject: plugin,
    fix: { text: `Configure a version of "${required}" inside ${range}, or change what "${plugin}" requires.` },
  });
}

type Place = Omit<ConfigProblem, "message">;

/** What the parser of YAML or JSON says, on one line. */
export function configSyntax(at: Place, said: string): ConfigProblem {
  return { ...at, message: said.replaceAll(/\s+/g, " ").trim().slice(0, 300) };
}

/** A value or key that does not fit, with its path: "plugins.greeter.place". */
export function configMismatch(at: Place, path: string, problem: string): ConfigProblem {
  return { ...at, message: path === "" ? problem : `${path}: ${problem}` };
}

export function configTooLarge(at: Place, what: "parts" | "aliases"): ConfigProblem {
  const message =
    what === "parts" ? "the file has too many parts" : "the file is too large once its aliases are expanded";
  return { ...at, message };
}

export function configTooDeep(at: Place, levels: number): ConfigProblem {
  return { ...at, message: `nested more than ${levels} levels deep` };
}

export function configSecondDocument(at: Place): ConfigProblem {
  return { ...at, message: "expected one document, found another one" };
}

export function configAliasUnknown(at: Place, name: string): ConfigProblem {
  return { ...at, message: `the alias *${name.slice(0, 60)} has no anchor before it` };
}

export function configAliasRecursive(at: Place, name: string): ConfigProblem {
  return { ...at, message: `the alias *${name.slice(0, 60)} is inside of what it stands for` };
}

export function configTag(at: Place, tag: string): ConfigProblem {
  return { ...at, message: `tags are not supported: ${tag.slice(0, 60)}` };
}

export function configNumber(at: Place): ConfigProblem {
  return { ...at, message: "expected a finite number" };
}

export function configKey(at: Place, key: string | undefined): ConfigProblem {
  return { ...at, message: key === undefined ? "expected text as the key" : `the key "${key}" is not allowed` };
}

/** A key that the same group has already. */
export function configKeyTwice(at: Place, key: string, line: number): ConfigProblem {
  return { ...at, message: `the key "${key.slice(0, 60)}" is already in line ${line}` };
}

export function configRequiresItself(at: Place, plugin: string): ConfigProblem {
  return { ...at, message: `plugin "${plugin}" cannot require itself` };
}

export function configRequiresUnknown(at: Place, plugin: string, required: string, near?: string): ConfigProblem {
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return { ...at, message: `plugin "${plugin}" requires "${required}", which is not in the file${meant}` };
}

export function configRequiresRange(at: Place, plugin: string, required: string, range: string): ConfigProblem {
  return {
    ...at,
    message: `plugin "${plugin}" requires "${required}": expected a version range such as "^1.2.0", got ${JSON.stringify(range.slice(0, 60))}`,
  };
}

/** `path`: the names of the plugins, the first one again at the end. */
export function configRequiresCycle(at: Place, path: readonly string[]): ConfigProblem {
  const shown = path.length <= 20 ? path : [...path.slice(0, 10), `… ${path.length - 20} more …`, ...path.slice(-10)];
  return { ...at, message: `plugins require each other in a cycle: ${shown.join(" -> ")}` };
}
