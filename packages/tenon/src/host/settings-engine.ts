import vm from "node:vm";
import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import { ownRequire } from "../runtime/own-package.js";

/** What the engine found. */
export interface EngineResult {
  /** Empty if the settings fit; then the defaults are filled in. */
  readonly errors: readonly ErrorObject[];
  /** The settings with the defaults. */
  readonly settings: unknown;
  /** JSON pointers of the settings that the schema marks as secret. */
  readonly secrets: ReadonlySet<string>;
}

/** Compiling or validating took too long, usually because of a pattern with catastrophic backtracking. */
export class TooSlow extends Error {}

let engine: Ajv2020 | undefined;
let secrets = new Set<string>();

/**
 * Validates settings against a schema, and fills in the defaults in place.
 *
 * JavaScript cannot limit the time of a regular expression, so everything runs under the watchdog of `node:vm`, which can
 * stop it anywhere.
 *
 * @param milliseconds how long it may take.
 * @throws {@link TooSlow}, or the engine's own error for an invalid schema.
 */
export function runEngine(schema: object, settings: unknown, milliseconds: number): EngineResult {
  secrets = new Set();
  // Loaded outside the watchdog: a module that is stopped halfway stays broken.
  engine ??= loadEngine();
  const loaded = engine;
  const run = () => validate(loaded, schema, settings);
  try {
    return vm.runInNewContext("run()", { run }, { timeout: milliseconds }) as EngineResult;
  } catch (error) {
    // It may have been stopped halfway, so it is not used again.
    engine = undefined;
    if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new TooSlow(`checking took longer than ${milliseconds} ms`);
    }
    throw error;
  }
}

function validate(loaded: Ajv2020, schema: object, settings: unknown): EngineResult {
  try {
    const check = loaded.compile(schema);
    // Without settings, the schema alone is checked.
    if (settings === undefined) return { errors: [], secrets, settings };
    check(settings);
    return { errors: check.errors ?? [], secrets, settings };
  } finally {
    loaded.removeSchema(schema);
  }
}

/** Loads the engine on first use: the package is large, and most plugins have no settings. */
function loadEngine(): Ajv2020 {
  const { Ajv2020: Engine } = ownRequire("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  const made = new Engine({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    // Without this, a setting "constructor" counts as present in every object.
    ownProperties: true,
    // JSON Schema allows a schema to have its own keywords, and makes `format` an annotation.
    strict: false,
    validateFormats: false,
    logger: false,
  });
  const mark =
    (marks: (value: unknown) => boolean) =>
    (value: unknown, _data: unknown, _schema: unknown, at: { instancePath: string } | undefined) => {
      if (at !== undefined && marks(value)) secrets.add(at.instancePath);
      return true;
    };
  // As keywords, they are evaluated wherever references and alternatives lead.
  made
    .removeKeyword("writeOnly")
    .addKeyword({ keyword: "writeOnly", errors: false, validate: mark((value) => value === true) });
  made
    .removeKeyword("format")
    .addKeyword({ keyword: "format", errors: false, validate: mark((value) => value === "password") });
  return made;
}
