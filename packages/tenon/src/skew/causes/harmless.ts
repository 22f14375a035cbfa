import { type Finding, finding } from "../../errors/index.js";
import type { GoProgram } from "../go-program.js";
import { isInModule, listed, used } from "./cause.js";
import { hasSameSum } from "./modules.js";

/** Settings that plugin.Open does not see. */
const unseen = [
  "-ldflags",
  "-asmflags",
  "GOAMD64",
  "GOARM64",
  "CGO_CFLAGS",
  "CGO_CPPFLAGS",
  "CGO_CXXFLAGS",
  "CGO_LDFLAGS",
  "-tags",
  "-gcflags",
];

/** For a plugin that opens: what differs all the same. A warning where the two run different code, else a remark. */
export function harmless(host: GoProgram, plugin: GoProgram): Finding[] {
  return [...silentSkew(host, plugin), ...settingsApart(host, plugin), ...releaseApart(host, plugin)];
}

function silentSkew(host: GoProgram, plugin: GoProgram): Finding[] {
  const theirs = new Map(host.buildInfo?.dependencies.map((each) => [each.path, each]));
  const packages = plugin.packageHashes?.packages.map(({ name }) => name) ?? [];
  const found: Finding[] = [];
  for (const ours of plugin.buildInfo?.dependencies ?? []) {
    const other = theirs.get(ours.path);
    const [a, b] = [used(ours), other === undefined ? undefined : used(other)];
    if (b === undefined || (a.path === b.path && a.version === b.version && hasSameSum(a, b))) continue;
    const shared = packages.filter((name) => isInModule(name, ours.path));
    if (shared.length === 0) continue;
    const [theirVersion, ourVersion] = [b.version || b.path, a.version || a.path];
    const difference =
      theirVersion === ourVersion
        ? `is ${ourVersion} in both, but with other content`
        : `is ${theirVersion} in the host and ${ourVersion} in the plugin`;
    found.push(
      skew(
        plugin,
        `${ours.path} ${difference}, though ${listed(shared)} ${shared.length === 1 ? "compares" : "compare"} equal`,
      ),
    );
  }
  const [main, own] = [host.buildInfo?.main?.path, plugin.buildInfo?.main?.path];
  const [theirRevision, ourRevision] = [revision(host), revision(plugin)];
  if (
    main !== undefined &&
    main === own &&
    theirRevision !== undefined &&
    ourRevision !== undefined &&
    theirRevision !== ourRevision
  )
    found.push(
      skew(plugin, `both are built from ${main}, the host at ${theirRevision} and the plugin at ${ourRevision}`),
    );
  return found;
}

function skew(plugin: GoProgram, what: string): Finding {
  return finding("TENON_GO_SILENT_SKEW", {
    severity: "warning",
    subject: plugin.path,
    message: `${plugin.path} opens, but ${what}`,
  });
}

function revision(program: GoProgram): string | undefined {
  const at = program.setting("vcs.revision");
  return at === undefined ? undefined : `${at}${program.setting("vcs.modified") === "true" ? " (modified)" : ""}`;
}

function settingsApart(host: GoProgram, plugin: GoProgram): Finding[] {
  if (plugin.buildInfo === undefined || host.buildInfo === undefined) return [];
  const apart = unseen.filter((name) => (host.setting(name) ?? "") !== (plugin.setting(name) ?? ""));
  return apart.map((name) =>
    remark(
      plugin,
      `${name} is ${shown(host.setting(name))} for the host and ${shown(plugin.setting(name))} for the plugin, which does no harm${name === "-ldflags" ? "; of variables that -X sets, the host's value wins" : ""}`,
    ),
  );
}

function releaseApart(host: GoProgram, plugin: GoProgram): Finding[] {
  const [theirs, ours] = [host.goVersion, plugin.goVersion];
  if (theirs === undefined || ours === undefined || theirs === ours) return [];
  return [
    remark(plugin, `the host was built with ${theirs} and the plugin with ${ours}; no package that they share differs`),
  ];
}

function remark(plugin: GoProgram, message: string): Finding {
  return finding("TENON_GO_DIFFERENCE", { severity: "info", subject: plugin.path, message });
}

function shown(value: string | undefined): string {
  return value === undefined || value === "" ? "not set" : `"${value}"`;
}
