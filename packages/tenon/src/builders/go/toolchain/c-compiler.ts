import { goCCompilerMissing } from "../../../errors/factories/go-build.js";
import type { HostRequirements } from "../host/requirements.js";
import { onSearchPath } from "./find-toolchain.js";

/** GNU names of processors. */
const processors: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  "386": "i686",
  arm64: "aarch64",
  arm: "arm",
  riscv64: "riscv64",
  ppc64le: "powerpc64le",
  s390x: "s390x",
  loong64: "loongarch64",
};

/** The platform that this machine's own compiler targets. */
export interface Machine {
  readonly os: string;
  readonly arch: string;
  readonly libc: string | undefined;
}

export function thisMachine(): Machine {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return {
    os: process.platform,
    arch: { x64: "amd64", ia32: "386", ppc64: "ppc64le" }[process.arch as string] ?? process.arch,
    libc: process.platform !== "linux" ? undefined : report.header?.glibcVersionRuntime ? "glibc" : "musl",
  };
}

/** Whether a host's platform and C library are those of a machine. */
export function runsOn({ os, arch, libc }: HostRequirements, machine: Machine): boolean {
  return os === machine.os && arch === machine.arch && (os !== "linux" || (libc?.kind ?? "glibc") === machine.libc);
}

/**
 * Returns the C compiler for the host's processor and C library, as CC and CXX, or nothing if the machine's own works. The
 * author's CC takes precedence.
 *
 * @throws TENON_GO_COMPILER_MISSING
 */
export async function chooseCompiler(
  required: HostRequirements,
  environment: Readonly<Record<string, string>>,
  machine: Machine = thisMachine(),
): Promise<Record<string, string>> {
  const { PATH, CC } = environment;
  if (CC !== undefined && CC !== "") return {};
  const { os, arch } = required;
  const isMusl = required.libc?.kind === "musl";
  const isOwn = runsOn(required, machine);
  const candidates = isOwn ? ["gcc", "cc", "clang"] : os === "linux" ? crossCompilers(arch, isMusl, machine) : [];
  for (const name of candidates) {
    if ((await onSearchPath(name, PATH)) === undefined) continue;
    if (isOwn) return {};
    const cxx = name.replace(/gcc$/, "g++");
    return (await onSearchPath(cxx, PATH)) === undefined ? { CC: name } : { CC: name, CXX: cxx };
  }
  const platform = `${os}/${arch}${isMusl ? " with musl" : ""}`;
  throw goCCompilerMissing(required.host, platform, candidates);
}

function crossCompilers(arch: string, isMusl: boolean, machine: Machine): string[] {
  const processor = processors[arch] ?? arch;
  const suffix = arch === "arm" ? "eabihf" : "";
  const named = `${processor}-linux-${isMusl ? "musl" : "gnu"}${suffix}-gcc`;
  return isMusl && arch === machine.arch ? ["musl-gcc", named] : [named];
}
