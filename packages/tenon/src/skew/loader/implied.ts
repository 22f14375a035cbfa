import type { ElfFile } from "../../binary/elf/index.js";
import { finding } from "../../errors/index.js";
import type { Loaded } from "./libraries.js";
import { compareVersions, greatestNeeds, splitVersion } from "./library-versions.js";
import type { LoaderAnswer } from "./loader-answer.js";
import { references } from "./symbol-binding.js";
import { certainReserve, threadLocalOf } from "./thread-local.js";

/** What follows from the host alone, where the system's libraries are not known: it runs, so what it needs is there. */
export interface Implied {
  /** What cannot be told or is wrong; `undefined` if everything that the file needs is what the host needs too. */
  refuses(file: Loaded, scope: readonly Loaded[]): LoaderAnswer | undefined;
}

const sysroot = {
  text: "Name the root folder of the system that the host runs on.",
  command: "tenon check --sysroot / HOST PLUGIN",
};

/** The releases of glibc with three numbers that have versions of their own. */
const threeNumbers = /^2\.(1\.[1-3]|2\.[1-6]|3\.[2-4])$/;

/** Whether a version of that number exists: a greater one says nothing of one that never was. */
function isRelease(prefix: string, number: string): boolean {
  return prefix !== "GLIBC" || /^2\.\d{1,2}$/.test(number) || threeNumbers.test(number);
}

export function impliedBy(host: ElfFile): Implied {
  const libraries = new Set(host.dynamic?.needed ?? []);
  const greatest = greatestNeeds(host);
  const imported = new Set(references(host).map(({ symbol }) => symbol.name));
  let late = 0;
  return {
    refuses(file, scope) {
      const { elf, path } = file;
      const untold = (message: string): LoaderAnswer => ({
        outcome: "unknown",
        finding: finding("TENON_GO_UNTOLD", { severity: "warning", subject: path, message, fix: sysroot }),
      });
      const isMusl = (each: ElfFile) =>
        each.dynamic?.needed.some((name) => /^(libc\.so$|libc\.musl-)/.test(name)) === true;
      if (isMusl(elf) !== isMusl(host) && (elf.dynamic?.needed.some((name) => /^libc\./.test(name)) ?? false)) {
        return {
          outcome: "unknown",
          finding: finding("TENON_GO_LIBC", {
            subject: path,
            message: `${path} was linked with ${isMusl(elf) ? "musl" : "glibc"}, and the host with ${isMusl(host) ? "musl" : "glibc"}`,
          }),
        };
      }
      const known = (name: string) => libraries.has(name) || scope.some(({ names }) => names.has(name));
      for (const name of elf.dynamic?.needed ?? [])
        if (!known(name))
          return untold(`${path} needs ${name}, which the host does not need; whether the system has it is not known`);
      for (const { library, version, isWeak } of elf.versionNeeds) {
        const [prefix, number] = splitVersion(version);
        const most = greatest.get(`${library} ${prefix}`);
        const isOlder = number !== "" && most !== undefined && compareVersions(number, most) <= 0;
        if (isWeak || (isOlder && isRelease(prefix, number))) continue;
        if (host.versionNeeds.some((need) => need.library === library && need.version === version)) continue;
        return untold(
          `${path} needs ${version} of ${library}; the host needs ${most === undefined ? "no version of it" : `${prefix}_${most} at most`}, and whether the system has more is not known`,
        );
      }
      for (const { symbol, version } of references(elf)) {
        // A version of a symbol is there as a whole, or not at all.
        if (version !== undefined || imported.has(symbol.name)) continue;
        if ([...scope, file].some((each) => each.elf.symbols?.find(symbol.name) !== undefined)) continue;
        return untold(`${path} uses ${symbol.name}; whether one of the system's libraries defines it is not known`);
      }
      const block = threadLocalOf(elf, (name) => scope.some((each) => each.elf.symbols?.find(name) !== undefined));
      if (block?.isStatic === true) late += block.size + block.align;
      return late <= certainReserve
        ? undefined
        : untold(
            `${path} needs ${block?.size ?? 0} bytes of thread-local data; how many the system has left is not known`,
          );
    },
  };
}
