import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { permissionFix } from "./permission.js";

/** What is wrong with a script that does not bundle. */
export type ScriptProblem =
  | { readonly kind: "syntax" | "top-level-await" | "unsupported-file" | "export-missing" | "other" }
  | { readonly kind: "file-missing" | "package-missing"; readonly name: string }
  /** In a file of a package that the plugin uses. */
  | { readonly kind: "package-top-level-await"; readonly name: string };

/** The bundler reported errors. @param messages each with file, line, column and caret. */
export function scriptInvalid(about: {
  readonly messages: readonly string[];
  readonly problem: ScriptProblem;
  readonly subject: string;
  readonly cause: unknown;
}): TenonError {
  const { messages, problem, subject, cause } = about;
  const fix = scriptFix(problem);
  const details = { message: messages.join("\n"), subject, cause, ...(fix === undefined ? {} : { fix }) };
  return problem.kind === "syntax" ? errors.TENON_SYNTAX(details) : errors.TENON_BUILD_FAILED(details);
}

function scriptFix(problem: ScriptProblem): Fix | undefined {
  switch (problem.kind) {
    case "file-missing":
      return { text: `Create the file "${problem.name}", or correct the path.` };
    case "package-missing":
      return {
        text: `Install the package in the plugin's folder (npm install ${problem.name}), or correct its name.`,
      };
    case "top-level-await":
      return {
        text: "Move the await into activate(context), or into the function that you pass to plugin(): both may be async.",
      };
    case "package-top-level-await":
      return {
        text: `Let Node load the package: add "external": [${JSON.stringify(problem.name)}] to the plugin's tenon.json, or pass external: [${JSON.stringify(problem.name)}] to open().`,
      };
    case "unsupported-file":
      return { text: 'Read the file at run time: fs.readFileSync(new URL("./file", import.meta.url)).' };
    case "export-missing":
      return { text: "Correct the imported name, or export it from the file that the message names." };
    default:
      return undefined;
  }
}

/** The bundler failed without reporting an error in a file. */
export function scriptBuildFailed(folder: string, cause: unknown): TenonError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const fix = permissionFix(cause, "Tenon bundles plugins with esbuild, which is a program");
  const details = { message: `building ${folder} failed: ${why}`, subject: folder, cause };
  return errors.TENON_BUILD_FAILED({ ...details, ...(fix && { fix }) });
}

/** The metadata of decorators that a file relies on is missing. */
export function decoratorMetadata(file: string, configuration: string): Finding {
  return finding("TENON_DECORATOR_METADATA", {
    severity: "warning",
    subject: file,
    message: `${file} has decorators, and ${configuration} sets emitDecoratorMetadata, which Tenon does not support: Reflect.getMetadata("design:type", …) finds nothing`,
    fix: {
      text: 'Compile the plugin with tsc (npx tsc --outDir build), and name the result in tenon.json: "entry": "build/plugin.js".',
    },
  });
}

/** The bundler succeeded, but its output has no script. */
export function scriptOutputMissing(entry: string): TenonError {
  return errors.TENON_BUILD_FAILED({ message: `${entry}: the build produced no script`, subject: entry });
}

/** Nothing says which file of the plugin is its entry. */
export function scriptEntryMissing(given: string): TenonError {
  return errors.TENON_ARTIFACT_ENTRY({ message: `${given} has no entry file`, subject: given });
}

/** A plugin imports a module that components do not have. @param importer the importing file. */
export function componentImportUnsupported(importer: string, module: string): TenonError {
  return errors.TENON_BUILD_FAILED({
    message: `${importer} imports ${module}, which is not available in a component`,
    subject: module,
    fix: {
      text: "Use what JavaScript and the web provide (fetch, crypto, TextEncoder), or open the plugin as source.",
    },
  });
}

/**
 * A contract has a type that components of JavaScript do not support.
 *
 * @param type with its article.
 * @param other what can be passed instead.
 */
export function componentTypeUnsupported(contract: string, label: string, type: string, other: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${contract}: ${label}() uses ${type}, which JavaScript components do not support`,
    subject: label,
    fix: { text: `Open the plugin as source, or pass ${other} instead.` },
  });
}

/** Text for the bundler: a file that a plugin imports cannot be read. */
export function scriptFileUnreadable(path: string, reason: string): string {
  return `${path} cannot be imported: ${reason}`;
}

/** The host's program cannot import a package that a plugin shares with it. @param from where it was looked for. */
export function sharedMissing(name: string, importer: string, from: string): TenonError {
  return errors.TENON_SHARED_MISSING({
    message: `${importer} shares "${name}" with the host, and it was not found from ${from}`,
    subject: name,
    fix: {
      text: `Install it where the host's program is (npm install ${name}), or tell \`open\` where it is: shared: { ${JSON.stringify(name)}: import.meta.resolve(${JSON.stringify(name)}) }.`,
    },
  });
}

/** The host's copy of a shared package is outside of the range that a plugin, or a package in it, needs. */
export function sharedVersionMismatch(about: {
  readonly name: string;
  readonly version: string;
  /** The folder of the host's copy. */
  readonly folder: string;
  readonly range: string;
  /** The manifest that names the range. */
  readonly source: string;
}): TenonError {
  const { name, version, folder, range, source } = about;
  return errors.TENON_SHARED_VERSION({
    message: `${source} needs ${name} ${range}, and the host's copy in ${folder} is ${version}`,
    subject: name,
    fix: {
      text: `Install a version in the range for the host (npm install ${name}@"${range}"), or remove ${name} from \`shared\`: the plugin then uses its own copy.`,
    },
  });
}

/** The optional package that makes components from JavaScript is not installed. */
export function componentizeMissing(packageName: string): TenonError {
  return errors.TENON_PEER_MISSING({
    message: `cannot make a component from JavaScript: the package ${packageName} is not installed`,
    subject: packageName,
    fix: { text: "Install the package.", command: `npm install --save-dev ${packageName}` },
  });
}

/** The top level of a plugin throws while the component is made. */
export function componentTopLevelThrew(path: string, thrown: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: the top level of the module threw: ${thrown}`,
    subject: path,
    fix: { text: "Move code that needs the host into activate(context) or into a function." },
  });
}

/** The package that makes components failed. */
export function componentizeFailed(packageName: string, path: string, output: string): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({ message: `${packageName} failed for ${path}: ${output}`, subject: path });
}
