import { compileFunction } from "node:vm";
import type { Contract } from "../../contract/core.js";
import { loadStopped } from "../../errors/factories/host.js";
import { scriptCrashed, scriptSyntax } from "../../errors/factories/javascript.js";
import { isMadeHere, type TenonError, textOf } from "../../errors/index.js";
import type { FunctionTable, Instance, LoadRequest, Prepared, StoragePort } from "../../runtime/index.js";
import { debuggableCode, type Mapped, type Script, type ScriptFunction } from "../../runtime/script.js";
import { mapPositions } from "../../runtime/started-at.js";
import { Externals } from "./externals.js";
import { loadFailure, thrownBy } from "./failure.js";
import { instantiate } from "./instantiate.js";
import { endLeftovers, watchStarts } from "./leftovers.js";
import { leave, Origin } from "./origin.js";
import { attributeTo, isWatched, watchRejections } from "./rejections.js";
import { createScriptScope, type LoadedScope } from "./script-scope.js";
import { createStackMapper, type StackMapper } from "./stack.js";
import { startsWork } from "./starts-work.js";
import { describeSyntaxError } from "./syntax.js";

/**
 * Runs a prepared script in this thread and returns its instance.
 *
 * The script is compiled outside of Node's module caches, so that only the instance references it: after the instance is
 * closed, V8 collects its code and data.
 *
 * @throws TENON_LOAD_FAILED, TENON_LOAD_DEADLINE, TENON_SYNTAX, TENON_EXPORT_MISSING, TENON_EXPORT_KIND
 */
export async function loadScript(prepared: Prepared<Script>, given: LoadRequest): Promise<Instance> {
  const script = uniquelyNamed(prepared.payload);
  const subject = script.entry;
  const stack = createStackMapper(script);
  let lose: (error: TenonError) => void = () => {};
  const lost = new Promise<TenonError>((resolve) => {
    lose = resolve;
  });
  const failed = (where: string) => (thrown: unknown) => lose(scriptCrashed(where, thrownBy(subject, thrown, stack)));
  const rejected = failed("unhandled promise rejection");
  // What is not in the script cannot be looked at: it may start anything.
  const mayStart = script.externals !== undefined || [script, ...(script.libraries ?? [])].some(mayStartWork);
  const inHostThread = given.traits.thread === "host";
  const origin = inHostThread && mayStart ? new Origin(rejected) : undefined;
  if (origin !== undefined) watchStarts();
  const request = inHostThread ? fromOutside(given, rejected) : given;
  const externals = new Externals(script);
  const scope = createScriptScope({ script, request, stack, origin, externals, failed });
  const unwatch = inHostThread ? watchRejections(script.name, rejected) : mapPositions(stack);
  const release = () => {
    scope.release();
    origin?.end(logged(subject, given));
    unwatch();
  };
  try {
    if (request.signal.aborted) throw loadStopped(subject, request.signal.reason);
    await (origin === undefined ? externals.load() : origin.enter(() => externals.load()));
    if (request.signal.aborted) throw loadStopped(subject, request.signal.reason);
    // Elsewhere than in a process of its own, `prepare` knows whether there is a debugger.
    const start = () => run(script, scope, stack, request.traits.process === "own");
    if (origin === undefined) start();
    else origin.enter(start);
    const leftovers = async () => (origin === undefined ? [] : endLeftovers(origin, stack));
    const options = { subject, stack, origin, lost, leftovers, release };
    return await instantiate(scope.module.exports, request, options);
  } catch (cause) {
    if (origin !== undefined) await endLeftovers(origin, stack);
    release();
    throw isMadeHere(cause) ? cause : loadFailure(cause, subject, stack);
  }
}

const answers = new WeakMap<object, boolean>();

/** Looks at a script or library once: it does not change, and may be large. */
function mayStartWork(part: Mapped): boolean {
  let answer = answers.get(part);
  if (answer === undefined) answers.set(part, (answer = startsWork(part.code)));
  return answer;
}

let copies = 1;

/** The script's name in a stack identifies the instance, so two live instances must not have the same name. */
function uniquelyNamed(script: Script): Script {
  if (!isWatched(script.name)) return script;
  copies += 1;
  return { ...script, name: script.name.replace(/\.tenon\.cjs$/, `.${copies}.tenon.cjs`) };
}

/** @param debuggable whether a debugger may attach at any time. */
function run(script: Script, scope: LoadedScope, stack: StackMapper, debuggable: boolean): void {
  const subject = script.entry;
  let compiled: ScriptFunction;
  try {
    // V8 caches what it compiles as a script, and would keep it long after the plugin is closed. It does not cache functions.
    const code = debuggable ? debuggableCode(script) : script.code;
    compiled = compileFunction(code, [], { filename: script.name })() as ScriptFunction;
  } catch (cause) {
    throw scriptSyntax(subject, describeSyntaxError(script, cause), cause);
  }
  try {
    compiled.call(scope.module.exports, ...scope.values);
  } catch (cause) {
    throw loadFailure(cause, subject, stack);
  }
}

/** Where the rejections go that come after the plugin was closed. They keep nothing of it. */
function logged(subject: string, request: LoadRequest): (thrown: unknown) => void {
  const log = request.log.bind(request);
  return (thrown) =>
    log({ stream: "log", text: `${subject}: a promise was rejected after the close: ${textOf(thrown)}` });
}

/** What an inline plugin calls of its host runs as the host's own code, not as the plugin's. */
function fromOutside(request: LoadRequest, rejected: (thrown: unknown) => void): LoadRequest {
  const { learned, storage } = request;
  return {
    ...request,
    imports: hostFunctions(request.imports, rejected),
    ...(storage && { storage: hostStorage(storage) }),
    log: (line) => leave(() => request.log(line)),
    ...(learned && {
      learned: async (contract: Contract) => hostFunctions(await leave(() => learned(contract)), rejected),
    }),
  };
}

function hostStorage(storage: StoragePort): StoragePort {
  return {
    get: (key) => leave(() => storage.get(key)),
    keys: (range) => leave(() => storage.keys(range)),
    write: (changes, expected) => leave(() => storage.write(changes, expected)),
    use: () => leave(() => storage.use()),
  };
}

/** Attributes a failed import that the plugin did not await to the plugin: no frame of the error's stack shows it. */
function hostFunctions(imports: FunctionTable, rejected: (thrown: unknown) => void): FunctionTable {
  const attribute = <T>(answer: T): T => {
    if (answer instanceof Promise) answer.catch((error: unknown) => attributeTo(error, rejected));
    return answer;
  };
  return {
    get(path) {
      const inner = imports.get(path);
      if (inner === undefined) return undefined;
      return {
        invoke(parameters, control) {
          try {
            return attribute(leave(() => inner.invoke(parameters, control)));
          } catch (error) {
            attributeTo(error, rejected);
            throw error;
          }
        },
        invokeSync: inner.invokeSync && ((parameters, control) => leave(() => inner.invokeSync?.(parameters, control))),
      };
    },
  };
}
