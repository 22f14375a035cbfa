/** Variants of the host: the shared ones, and those that apply only to programs. */
import { sharedVariants } from "./shared.mjs";

/** @import { RolelessVariant, Variant } from "../types.js" */

const trim = ["-trimpath"];

/** @returns {Variant[]} */
export function hostVariants() {
  /** @type {RolelessVariant[]} */
  const variants = [
    { name: "position-independent", flags: [...trim, "-buildmode=pie"], quick: true },
    { name: "static", flags: [...trim, "-ldflags=-extldflags=-static"], quick: true },
    { name: "static-pie", flags: [...trim, "-buildmode=pie", "-ldflags=-extldflags=-static-pie"], rare: true },
    { name: "cgo-off", flags: trim, env: { CGO_ENABLED: "0" }, quick: true },
    { name: "no-export-dynamic", flags: [...trim, "-ldflags=-extldflags=-Wl,--no-export-dynamic"], quick: true },
    {
      name: "test-binary",
      command: [["{go}", "test", "-c", ...trim, "-o", "{out}", "."]],
      leading: ["--"],
      quick: true,
    },
    { name: "test-binary-plain", command: [["{go}", "test", "-c", "-o", "{out}", "."]], leading: ["--"] },
    {
      name: "test-binary-cover",
      command: [["{go}", "test", "-c", "-cover", "-coverpkg=./...", ...trim, "-o", "{out}", "."]],
      leading: ["--"],
    },
    {
      name: "hidden-by-version-script",
      flags: [...trim, "-ldflags=-extldflags=-Wl,--version-script={source}/hide.map"],
      edit(files) {
        files["hide.map"] = "{ local: runtime.*; };\n";
      },
    },
    { name: "eager-binding", flags: [...trim, "-ldflags=-extldflags=-Wl,-z,now"] },
    { name: "gnu-hash", flags: [...trim, "-ldflags=-extldflags=-Wl,--hash-style=gnu"] },
    { name: "sysv-hash", flags: [...trim, "-ldflags=-extldflags=-Wl,--hash-style=sysv"] },
    { name: "gold", flags: [...trim, "-ldflags=-extldflags=-fuse-ld=gold"] },
    { name: "sections-collected", flags: [...trim, "-ldflags=-extldflags=-Wl,--gc-sections"] },
    { name: "musl", flags: trim, env: { CC: "musl-gcc" }, rare: true },
    { name: "packed", from: "trimpath", after: [["upx", "-q", "-1", "{out}"]] },
  ];
  return [
    ...sharedVariants("host"),
    ...variants.map((variant) => ({ ...variant, role: /** @type {const} */ ("host") })),
  ];
}
