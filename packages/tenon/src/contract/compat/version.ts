/** A part of a semantic version. */
export type Bump = "none" | "patch" | "minor" | "major";

export interface Raised {
  readonly bump: Bump;
  readonly version: string | undefined;
}

const parts = /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly isPrerelease: boolean;
}

/** Returns the part to raise for a change, and the next version. Source: semver.org §4, §8 to §10; Cargo's rules for 0.x. */
export function raise(text: string | undefined, change: Bump): Raised {
  const version = parse(text);
  if (version === undefined) return { bump: change, version: undefined };
  const bump = convention(version, change);
  return { bump, version: next(version, bump, text) };
}

/** Whether the given version is at least the one that is needed. */
export function isEnough(before: string | undefined, given: string | undefined, needed: Raised): boolean | undefined {
  if (needed.bump === "none") return true;
  const [old, own, least] = [parse(before), parse(given), parse(needed.version)];
  if (old === undefined || own === undefined || least === undefined) return undefined;
  return !own.isPrerelease
    ? order(own, least) >= 0
    : order(own, least) > 0 || (order(own, least) === 0 && given !== before);
}

function convention(version: Version, change: Bump): Bump {
  if (change === "none" || version.major > 0) return change;
  if (version.minor === 0) return "patch";
  return change === "major" ? "minor" : "patch";
}

function next(
  { major, minor, patch, isPrerelease }: Version,
  bump: Bump,
  text: string | undefined,
): string | undefined {
  switch (bump) {
    case "none":
      return text;
    case "patch":
      return `${major}.${minor}.${isPrerelease ? patch : patch + 1}`;
    case "minor":
      return isPrerelease && patch === 0 ? `${major}.${minor}.0` : `${major}.${minor + 1}.0`;
    case "major":
      return isPrerelease && patch === 0 && minor === 0 ? `${major}.0.0` : `${major + 1}.0.0`;
  }
}

function parse(text: string | undefined): Version | undefined {
  const match = text === undefined ? null : parts.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, prerelease] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), isPrerelease: prerelease !== undefined };
}

function order(one: Version, other: Version): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}
