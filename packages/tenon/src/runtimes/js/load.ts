import { Script as CompiledScript } from "node:vm";
import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { FunctionTable, Instance, LoadRequest, Prepared } from "../../runtime/index.js";
import { runsInline } from "../../runtime/runs-inline.js";
import type { Script, ScriptFunction } from "../../runtime/script.js";
import { loadFailure } from "./failure.js";
import { instantiate } from "./instantiate.js";
import { attributeTo, isWatched, watchRejections } from "./rejections.js";
import { createStackMapper, type StackMapper } from "./stack.js";
import { createSurroundings, type Surroundings } from "./surroundings.js";
import { describeSyntaxError } from "./syntax.js";
import { textOf } from "./text.js";

/**
 * Runs a prepared script here and gives its instance.
 *
 * The script is compiled outside Node's module caches, so that nothing but the instance holds it: once that is closed,
 * the engine collects code and data.
 *
 * @throws TENON_LOAD_FAILED, TENON_LOAD_DEADLINE, TENON_SYNTAX, TENON_EXPORT_MISSING, TENON_EXPORT_KIND
 */
export async function loadScript(prepared: Prepared, request: LoadRequest): Promise<Instance> {
  const script = uniquelyNamed(prepared.payload as Script);
  const subject = script.entry;
  const stack = createStackMapper(script);
  let lose: (error: TenonError) => void = () => {};
  const lost = new Promise<TenonError>((resolve) => {
    lose = resolve;
  });
  const failed = (where: string) => (thrown: unknown) =>
    lose(
      errors.TENON_PLUGIN_CRASHED({
        message: `${subject}: ${where}: ${textOf(thrown)}`,
        subject,
        cause: thrown,
        pluginStack: stack(thrown),
      }),
    );
  const rejected = failed("a promise was rejected and nobody handled it");
  const surroundings = createSurroundings({ script, request, stack, failed: failed("a timer's callback threw") });
  const unwatch = runsInline() ? watchRejections(script.name, rejected) : () => {};
  const release = () => {
    surroundings.release();
    unwatch();
  };
  try {
    if (request.signal.aborted) throw abandoned(request.signal, subject);
    run(script, surroundings, stack);
    const imports = runsInline() ? attributed(request.imports, rejected) : request.imports;
    const options = { subject, stack, lost, release };
    return await instantiate(surroundings.module.exports, withImports(request, imports), options);
  } catch (cause) {
    release();
    throw isTenonError(cause) ? cause : loadFailure(cause, subject, stack);
  }
}

let copies = 1;

/** Stacks tell by the script's name to which instance they belong, so two live instances cannot have the same. */
function uniquelyNamed(script: Script): Script {
  if (!isWatched(script.name)) return script;
  copies += 1;
  return { ...script, name: script.name.replace(/\.tenon\.cjs$/, `.${copies}.tenon.cjs`) };
}

function run(script: Script, surroundings: Surroundings, stack: StackMapper): void {
  const subject = script.entry;
  let compiled: ScriptFunction;
  try {
    compiled = new CompiledScript(script.code, { filename: script.name }).runInThisContext() as ScriptFunction;
  } catch (cause) {
    throw errors.TENON_SYNTAX({ message: describeSyntaxError(script, cause), subject, cause });
  }
  try {
    compiled.call(surroundings.module.exports, ...surroundings.values);
  } catch (cause) {
    throw loadFailure(cause, subject, stack);
  }
}

function abandoned({ reason }: AbortSignal, subject: string): TenonError {
  if (isTenonError(reason)) return reason;
  return errors.TENON_LOAD_DEADLINE({
    message: `${subject}: loading was given up before it began`,
    subject,
    cause: reason,
  });
}

function withImports(request: LoadRequest, imports: FunctionTable): LoadRequest {
  const { contract, settings, grants, limits, signal } = request;
  return { contract, settings, grants, limits, signal, imports, log: (line) => request.log(line) };
}

/** A failed import that the plugin did not wait for is the plugin's failure: its error carries no frame that says so. */
function attributed(imports: FunctionTable, told: (thrown: unknown) => void): FunctionTable {
  const noting = <T>(answer: T): T => {
    if (answer instanceof Promise) answer.catch((error: unknown) => attributeTo(error, told));
    return answer;
  };
  return {
    get(path) {
      const inner = imports.get(path);
      if (inner === undefined) return undefined;
      return {
        invoke(parameters, control) {
          try {
            return noting(inner.invoke(parameters, control));
          } catch (error) {
            attributeTo(error, told);
            throw error;
          }
        },
        invokeSync: inner.invokeSync?.bind(inner),
      };
    },
  };
}
