import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Reads the release of a Go installation from its file VERSION: `go1.26.8`, or `devel go1.28-…`. */
export async function releaseOfRoot(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, "VERSION"), "utf8").catch(() => "");
  const [line = ""] = text.split("\n");
  return line.trim() === "" ? undefined : line.trim();
}

/**
 * Returns folders in which a Go release may be installed: by Go's installer, distributions, golang.org/dl, version managers
 * and the go command itself (toolchain modules).
 *
 * @param release `go1.26.8`.
 */
export async function knownInstallations(release: string, moduleCache: string | undefined): Promise<string[]> {
  const home = homedir();
  const version = release.slice(2);
  const platform = `${process.platform}-${{ x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch}`;
  return [
    ...(process.env.GOROOT ? [process.env.GOROOT] : []),
    "/usr/local/go",
    `/usr/local/${release}`,
    "/usr/lib/golang",
    "/usr/lib/go",
    ...(await within("/usr/lib", /^go-\d/)),
    ...(await within("/opt", /^go/)),
    ...(await within("/opt/hostedtoolcache/go", /^\d/)).flatMap((folder) => [
      join(folder, "x64"),
      join(folder, "arm64"),
    ]),
    "/opt/homebrew/opt/go/libexec",
    "/snap/go/current",
    join(home, "sdk", release),
    join(home, ".gvm", "gos", release),
    join(home, ".goenv", "versions", version),
    join(home, ".asdf", "installs", "golang", version, "go"),
    join(home, ".local", "share", "mise", "installs", "go", version),
    ...[...new Set([moduleCache, join(home, "go", "pkg", "mod")])].flatMap((cache) =>
      cache ? [join(cache, "golang.org", `toolchain@v0.0.1-${release}.${platform}`)] : [],
    ),
  ];
}

async function within(folder: string, name: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((entry) => name.test(entry)).map((entry) => join(folder, entry));
}
