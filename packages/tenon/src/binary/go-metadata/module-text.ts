/** A module that is part of a program. */
export interface GoModule {
  readonly path: string;
  /** "v1.2.3", "(devel)", or empty for a main module without version. */
  readonly version: string;
  /** "h1:…"; `undefined` for the main module and for a module replaced by a folder. */
  readonly sum: string | undefined;
  /** The replacement: another module, or a folder as its path. */
  readonly replace: GoModule | undefined;
}

/** The module text of the build information, line by line. */
export interface ModuleText {
  readonly path: string | undefined;
  readonly main: GoModule | undefined;
  readonly dependencies: readonly GoModule[];
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * Parses the module text: lines of a keyword and fields, separated by tabs. Ignores lines with unknown keywords, which
 * later releases may add. Source: runtime/debug, BuildInfo.String and ParseBuildInfo.
 */
export function parseModuleText(text: string): ModuleText {
  let path: string | undefined;
  let main: GoModule | undefined;
  const dependencies: GoModule[] = [];
  const settings = new Map<string, string>();
  let last: "main" | "dependency" | undefined;
  for (const line of text.split("\n")) {
    const [keyword, ...fields] = line.split("\t");
    if (keyword === "path") path = fields.join("\t");
    else if (keyword === "mod") {
      main = moduleOf(fields);
      last = "main";
    } else if (keyword === "dep") {
      dependencies.push(moduleOf(fields));
      last = "dependency";
    } else if (keyword === "=>") {
      if (last === "main" && main !== undefined) main = { ...main, replace: moduleOf(fields) };
      const replaced = dependencies.at(-1);
      if (last === "dependency" && replaced !== undefined)
        dependencies[dependencies.length - 1] = { ...replaced, replace: moduleOf(fields) };
      last = undefined;
    } else if (keyword === "build") {
      const setting = settingOf(fields.join("\t"));
      if (setting !== undefined) settings.set(...setting);
    }
  }
  return { path, main, dependencies, settings };
}

function moduleOf([path = "", version = "", sum]: readonly string[]): GoModule {
  return { path, version, sum: sum === "" ? undefined : sum, replace: undefined };
}

const quoted = /^("(?:[^"\\]|\\.)*"|`[^`]*`)/;

/** `key=value`, where either may be a Go string literal. */
function settingOf(text: string): [string, string] | undefined {
  const key = quoted.exec(text)?.[1] ?? /^[^=]*/.exec(text)![0];
  if (text[key.length] !== "=") return undefined;
  const value = text.slice(key.length + 1);
  return [unquote(key), unquote(value)];
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Returns the value of a Go string literal; anything else is returned as it is. */
function unquote(text: string): string {
  if (quoted.exec(text)?.[1] !== text) return text;
  const inner = text.slice(1, -1);
  if (text.startsWith("`")) return inner;
  return inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
    (whole: string, byte, short, long, octal, letter) => {
      const digits: string | undefined = byte ?? short ?? long;
      const code =
        digits !== undefined ? Number.parseInt(digits, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1;
      if (code > 0x10ffff) return whole;
      return code >= 0 ? String.fromCodePoint(code) : (escapes[letter] ?? letter);
    },
  );
}
