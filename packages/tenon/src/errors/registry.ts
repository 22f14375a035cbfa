/**
 * The registry of every code that Tenon reports, whether thrown or found by a check.
 *
 * A code is stable: it is never renamed and never reused. `docs/errors.md` is generated from this table. Each row says what
 * happened (`title`), what usually causes it (`cause`) and how to fix it (`fix`).
 */
export interface CodeEntry {
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

import { artifactCodes } from "./codes/artifact.js";
import { binaryCodes } from "./codes/binary.js";
import { callCodes } from "./codes/call.js";
import { commandCodes } from "./codes/command.js";
import { componentCodes } from "./codes/component.js";
import { configCodes } from "./codes/config.js";
import { contractCodes } from "./codes/contract.js";
import { extismCodes } from "./codes/extism.js";
import { goCodes } from "./codes/go.js";
import { goBuildCodes } from "./codes/go-build.js";
import { goDoctorCodes } from "./codes/go-doctor.js";
import { grantCodes } from "./codes/grant.js";
import { hostCodes } from "./codes/host.js";
import { moduleBuildCodes } from "./codes/module-build.js";
import { placeCodes } from "./codes/place.js";
import { schemaCodes } from "./codes/schema.js";
import { sourceCodes } from "./codes/source.js";
import { storageCodes } from "./codes/storage.js";
import { wasiCodes } from "./codes/wasi.js";
import { wasmCodes } from "./codes/wasm.js";

export const registry = {
  ...contractCodes,
  ...schemaCodes,
  ...artifactCodes,
  ...binaryCodes,
  ...goCodes,
  ...goBuildCodes,
  ...goDoctorCodes,
  ...callCodes,
  ...hostCodes,
  ...configCodes,
  ...placeCodes,
  ...schemaCodes,
  ...sourceCodes,
  ...componentCodes,
  ...wasmCodes,
  ...grantCodes,
  ...storageCodes,
  ...wasiCodes,
  ...extismCodes,
  ...moduleBuildCodes,
  ...commandCodes,
} as const satisfies Record<`TENON_${string}`, CodeEntry>;

/** One of the stable codes in {@link registry}. */
export type Code = keyof typeof registry;
