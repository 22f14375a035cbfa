import { goImageMissing } from "../../../errors/factories/go-build.js";
import type { HostRequirements } from "../host/requirements.js";
import { compilingFlags, selectingFlags } from "../toolchain/build-settings.js";

/**
 * Returns a Dockerfile that builds a plugin for the host: with an image of the host's Go release and C library, its variables
 * and its flags. `docker build --output . .` writes plugin.so.
 *
 * @throws TENON_GO_TOOLCHAIN_MISSING for a host that was built by a development version of Go, or not for Linux
 */
export function dockerfileText(required: HostRequirements): string {
  const { release, libc, os, arch, profile } = required;
  if (release === undefined || os !== "linux") throw goImageMissing(required, `${os}/${arch}`);
  const isMusl = libc?.kind === "musl";
  const variables = {
    GOTOOLCHAIN: "local",
    GOOS: os,
    GOARCH: arch,
    ...required.architecture,
    CGO_ENABLED: "1",
    ...(required.experiments === "" ? {} : { GOEXPERIMENT: required.experiments }),
    ...(required.fips140 === undefined ? {} : { GOFIPS140: required.fips140 }),
    ...(required.folders.moduleCache === undefined ? {} : { GOMODCACHE: required.folders.moduleCache }),
  };
  const profileName = profile === undefined || profile === "off" ? undefined : profile.split("/").at(-1);
  const command = [
    "go",
    "build",
    "-buildmode=plugin",
    "-buildvcs=false",
    ...selectingFlags(required),
    ...compilingFlags(required, profileName === undefined ? undefined : `/src/${profileName}`),
    "-o",
    "/out/plugin.so",
    ".",
  ];
  return `${[
    `# Builds a plugin for ${required.host} (${required.goVersion}). Put this file next to the plugin's go.mod, then run:`,
    "#   docker build --output . .",
    ...remarks(required, isMusl),
    `FROM --platform=${os}/${arch} golang:${release.slice(2)}-${isMusl ? "alpine" : debianFor(release)} AS build`,
    ...(isMusl ? ["RUN apk add --no-cache build-base"] : []),
    `ENV ${Object.entries(variables)
      .map(([name, value]) => `${name}=${JSON.stringify(value).replaceAll("$", "\\$")}`)
      .join(" \\\n    ")}`,
    "WORKDIR /src",
    "COPY . .",
    `RUN ${JSON.stringify(command)}`,
    "",
    "FROM scratch",
    "COPY --from=build /out/plugin.so /plugin.so",
  ].join("\n")}\n`;
}

function remarks(required: HostRequirements, isMusl: boolean): string[] {
  const { libc, trimpath, profile, main, sanitizer } = required;
  return [
    ...(libc === undefined || isMusl
      ? []
      : [
          `# The host needs glibc ${libc.minimum ?? "of any version"}; the image must not have a newer glibc than the host's system.`,
        ]),
    ...(trimpath
      ? []
      : [
          "# The host was built without -trimpath: the packages that it shares with the plugin must be in the same folders.",
        ]),
    ...(profile === undefined || profile === "off"
      ? []
      : [`# The host's profile ${profile} must be next to this file.`]),
    ...(main === undefined
      ? []
      : [`# A plugin that requires ${main.path} itself cannot be built like this: use tenon go build --for HOST.`]),
    ...(sanitizer === undefined ? [] : [`# Built with -${sanitizer}, like the host.`]),
  ];
}

/** Returns the oldest Debian with images of the release: it has the oldest C library. */
function debianFor(release: string): string {
  return Number(/^go1\.(\d+)/.exec(release)?.[1] ?? 0) >= 25 ? "bookworm" : "bullseye";
}
