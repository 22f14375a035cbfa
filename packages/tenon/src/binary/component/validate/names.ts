/** The parts of the name of an import or export. */
export type ExternName =
  | {
      readonly kind: "plain";
      /** The annotation of the name; `undefined` for a bare name. */
      readonly annotation: "constructor" | "method" | "static" | undefined;
      readonly accessor: "get" | "set" | undefined;
      /** Of `constructor`, `method` and `static`. */
      readonly resource: string | undefined;
      readonly name: string;
    }
  | { readonly kind: "interface"; readonly path: string; readonly version: string | undefined };

// A word begins with a letter (from the second word on, a digit is allowed too) and does not mix upper and lower case.
const label = /^(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9]*[a-z][0-9a-z]*|[0-9]*[A-Z][0-9A-Z]*|[0-9]+))*$/;
const lowerLabel = /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/;
const plainForm = /^(?:\[(constructor|method|static)\])?(?:\[(get|set)\])?([^[\]]*)$/;
const versionForm =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const longestVersionPart = 20;

/** Whether a string is a label: words joined by hyphens. */
export function isLabel(text: string): boolean {
  return label.test(text);
}

/** Labels that differ only in case and hyphens are the same. */
export function sameLabel(text: string): string {
  return text.replaceAll("-", "").toLowerCase();
}

/**
 * Parses a name by the component model's grammar; `undefined` if it is not valid.
 * Source: Component Model, "Import and Export Definitions".
 */
export function parseExternName(text: string): ExternName | undefined {
  return text.includes(":") ? parseInterface(text) : parsePlain(text);
}

function parsePlain(text: string): ExternName | undefined {
  const parts = plainForm.exec(text);
  if (parts === null) return undefined;
  const annotation = parts[1] as "constructor" | "method" | "static" | undefined;
  const accessor = parts[2] as "get" | "set" | undefined;
  const rest = parts[3]!;
  if (annotation === "method" || annotation === "static") {
    const dot = rest.indexOf(".");
    const [resource, name] = [rest.slice(0, Math.max(dot, 0)), rest.slice(dot + 1)];
    if (!isLabel(resource) || !isLabel(name)) return undefined;
    return { kind: "plain", annotation, accessor, resource, name };
  }
  if (!isLabel(rest) || (annotation === "constructor" && accessor !== undefined)) return undefined;
  return { kind: "plain", annotation, accessor, resource: annotation === undefined ? undefined : rest, name: rest };
}

function parseInterface(text: string): ExternName | undefined {
  const at = text.indexOf("@");
  const path = at < 0 ? text : text.slice(0, at);
  const version = at < 0 ? undefined : text.slice(at + 1);
  const [packageName, ...projections] = path.split("/");
  const names = packageName!.split(":");
  if (names.length < 2 || projections.length === 0) return undefined;
  if (!names.every((each) => lowerLabel.test(each)) || !projections.every(isLabel)) return undefined;
  if (version !== undefined && !isVersion(version)) return undefined;
  return { kind: "interface", path, version };
}

function isVersion(text: string): boolean {
  if (!versionForm.test(text)) return false;
  const [core] = text.split(/[-+]/, 1);
  return core!.split(".").every((part) => part.length < longestVersionPart || BigInt(part) < 1n << 64n);
}

/**
 * Returns the same key for names that conflict: names that differ only in case and hyphens, a function and a method of
 * the same name, and a method named like its resource. A resource and its constructor do not conflict.
 */
export function conflictKey(name: ExternName): string {
  if (name.kind === "interface") {
    return `${sameLabel(name.path)}@${name.version ?? ""}`;
  }
  const own = sameLabel(name.name);
  if (name.annotation === "constructor") return `[constructor]${own}`;
  const isMember = name.annotation === "method" || name.annotation === "static";
  const resource = isMember ? sameLabel(name.resource!) : undefined;
  if (resource === own) return own;
  const full = resource === undefined ? own : `${resource}.${own}`;
  return name.accessor === "set" ? `[set]${full}` : full;
}
