export { type FixtureName, fixture, fixtureMissing, fixtureNames } from "./fixture.js";
export { importFrom, type PackageName, packageFolder } from "./packages.js";
export { parseText } from "./text-format.js";
export { wasmtimeMissing, wasmtimeProgram } from "./wasmtime.js";
