import type { Contract } from "../../../contract/index.js";
import { componentContract } from "../../../contract/model/component-contract.js";
import { recursionIn } from "../../../contract/model/component-types.js";
import { recursionUnsupported } from "../../../errors/factories/contract.js";
import { CTypes } from "./c-types.js";
import { type CFunction, cFunctions } from "./functions.js";
import { GlueWriter } from "./glue.js";
import { headerText } from "./header.js";

export type { CFunction } from "./functions.js";

/** A contract in C. */
export interface CBindings {
  /** `plugin.h`: types and prototypes, for the author. */
  readonly header: string;
  /** The functions that the plugin must define, or may define if the signature is optional. */
  readonly functions: readonly CFunction[];
  /** Whether the contract has asynchronous functions, streams or futures: the glue then needs `tenon_asynchronous.c`. */
  readonly isAsynchronous: boolean;
  /**
   * `plugin_glue.c`, which makes core exports of the author's functions.
   *
   * @param defines whether the author defines a function, by its C name: optional ones are left out where not.
   */
  glue(defines: (name: string) => boolean): string;
}

/**
 * Generates the C header and the glue of a contract. Both only need `tenon.h`, `tenon_glue.h` and a C11 compiler.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for a recursive type
 */
export function cBindings(given: Contract): CBindings {
  const recursion = recursionIn(given);
  if (recursion !== undefined) throw recursionUnsupported(given.id, recursion.label, recursion.type.target.name);
  const contract = componentContract(given);
  const types = new CTypes(contract);
  const exported = cFunctions(contract, "exports", types);
  const imported = cFunctions(contract, "imports", types);
  const isAsynchronous =
    [...exported, ...imported].some((each) => each.asynchronous !== undefined) || [...types.streams].length > 0;
  return {
    header: headerText(contract, types, exported, imported),
    functions: exported,
    isAsynchronous,
    glue: (defines) => new GlueWriter(contract, types, isAsynchronous).write(exported, imported, defines),
  };
}
