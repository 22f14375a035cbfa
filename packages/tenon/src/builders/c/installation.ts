import { readFile } from "node:fs/promises";
import type { CInstallation, CPart } from "../../errors/factories/c.js";

/**
 * How the parts that a clang lacks are installed on this machine.
 *
 * @param command clang's command: a version in its name (`clang-19`) chooses the packages of that version.
 * @param version what `clang --version` prints; without one, clang itself is installed as well.
 */
export async function installationOf(
  parts: readonly CPart[],
  command = "clang",
  version?: string,
): Promise<CInstallation> {
  const suffix = /-\d+$/.exec(command)?.[0] ?? "";
  const major = /\bversion (\d+)\./.exec(version ?? "")?.[1];
  const names: Readonly<Record<CPart, string>> = {
    linker: `lld${suffix}`,
    library: "wasi-libc",
    runtime: major === undefined ? "libclang-rt-dev-wasm32" : `libclang-rt-${major}-dev-wasm32`,
  };
  const packages = [...(version === undefined ? ["clang"] : []), ...parts.map((part) => names[part])];
  return { packages, command: (await isDebian()) ? aptCommand(packages) : undefined };
}

function aptCommand(packages: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get update && ${sudo}apt-get install -y ${packages.join(" ")}`;
}

/** Whether this is Debian or a system derived from it. Source: os-release(5). */
async function isDebian(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(text);
}
