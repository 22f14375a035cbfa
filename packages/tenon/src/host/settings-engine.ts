import { createRequire } from "node:module";
import vm from "node:vm";
import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";

/** What the engine found. */
export interface EngineResult {
  /** Empty when the settings fit; defaults are then filled in. */
  readonly errors: readonly ErrorObject[];
  /** JSON pointers of the settings that their schema marks as secret. */
  readonly secrets: ReadonlySet<string>;
}

/** Compiling or validating took too long: a pattern that backtracks without end, as a rule. */
export class TooSlow extends Error {}

let engine: Ajv2020 | undefined;
let secrets = new Set<string>();

/**
 * Validates settings against a schema, and fills in the defaults, in place.
 *
 * JavaScript cannot bound what a regular expression costs, so the whole runs under the watchdog of `node:vm`, which can
 * stop it anywhere.
 *
 * @param milliseconds how long it may take.
 * @throws {@link TooSlow}, or whatever the engine says of a schema that is none.
 */
export function runEngine(schema: object, settings: unknown, milliseconds: number): EngineResult {
  secrets = new Set();
  // Loaded outside the watchdog: a module that is stopped half-way stays so.
  engine ??= loadEngine();
  const loaded = engine;
  const run = () => validate(loaded, schema, settings);
  try {
    return vm.runInNewContext("run()", { run }, { timeout: milliseconds }) as EngineResult;
  } catch (error) {
    // It may have been stopped half-way, so it is not used again.
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
    check(settings);
    return { errors: check.errors ?? [], secrets };
  } finally {
    loaded.removeSchema(schema);
  }
}

/** The package is large, and most plugins have no settings: it is loaded when the first one has. */
function loadEngine(): Ajv2020 {
  const { Ajv2020: Engine } = createRequire(import.meta.url)("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  const made = new Engine({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    // Without this, a setting "constructor" counts as present in every object.
    ownProperties: true,
    // JSON Schema lets a schema have keywords of its own, and makes `format` a remark.
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
  // As keywords, they are met wherever references and alternatives lead.
  made
    .removeKeyword("writeOnly")
    .addKeyword({ keyword: "writeOnly", errors: false, validate: mark((value) => value === true) });
  made
    .removeKeyword("format")
    .addKeyword({ keyword: "format", errors: false, validate: mark((value) => value === "password") });
  return made;
}
