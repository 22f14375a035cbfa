import { Script as CompiledScript } from "node:vm";
import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { Instance, LoadRequest, Prepared } from "../../runtime/index.js";
import type { Script, ScriptFunction } from "../../runtime/script.js";
import { watchRejections } from "./rejections.js";
import { instantiate } from "./instance.js";
import { createSurroundings } from "./scope.js";
import { createStackMapper, type StackMapper } from "./stack.js";

/**
 * Runs a prepared script here and gives its instance.
 *
 * The script is compiled outside Node's module caches, so that nothing but the instance holds it: once that is closed,
 * the engine collects code and data.
 *
 * @throws TENON_LOAD_FAILED, TENON_LOAD_DEADLINE, TENON_SYNTAX, TENON_EXPORT_MISSING, TENON_EXPORT_KIND
 */
export async function loadScript(prepared: Prepared, request: LoadRequest): Promise<Instance> {
  const script = prepared.payload as Script;
  const stack = createStackMapper(script);
  let crash: (error: TenonError) => void = () => {};
  const lost = new Promise<TenonError>((resolve) => {
    crash = resolve;
  });
  const failed = (thrown: unknown, where: string) =>
    crash(
      errors.TENON_PLUGIN_CRASHED({
        message: `${script.entry}: ${where}: ${textOf(thrown)}`,
        subject: script.entry,
        cause: thrown,
        pluginStack: stack(thrown),
      }),
    );
  const surroundings = createSurroundings({ script, request, stack, failed: (thrown) => failed(thrown, "a timer's callback threw") });
  const unwatch = watchRejections(script.name, (thrown) => failed(thrown, "a promise was rejected and nobody handled it"));
  const release = () => {
    surroundings.release();
    unwatch();
  };
  try {
    request.signal.throwIfAborted();
    run(script, surroundings, stack);
    return await instantiate(surroundings.module.exports, request, { subject: script.entry, stack, lost, release });
  } catch (cause) {
    release();
    throw isTenonError(cause) ? cause : loadFailure(cause, script.entry, stack);
  }
}

function run(script: Script, surroundings: ReturnType<typeof createSurroundings>, stack: StackMapper): void {
  let compiled: ScriptFunction;
  try {
    compiled = new CompiledScript(script.code, { filename: script.name }).runInThisContext() as ScriptFunction;
  } catch (cause) {
    const where = stack(cause) ?? textOf(cause);
    throw errors.TENON_SYNTAX({ message: `${script.entry}: ${where}`, subject: script.entry, cause });
  }
  try {
    compiled.call(surroundings.module.exports, ...surroundings.values);
  } catch (cause) {
    throw loadFailure(cause, script.entry, stack);
  }
}

export function loadFailure(cause: unknown, subject: string, stack: StackMapper): TenonError {
  const own = isTenonError(cause) ? cause.pluginStack : undefined;
  return errors.TENON_LOAD_FAILED({
    message: `${subject} failed while loading: ${textOf(cause)}`,
    subject,
    cause,
    pluginStack: own ?? stack(cause),
  });
}

/** What was thrown, in words; for values that are no Error as well. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return "a value that cannot be shown";
  }
}
