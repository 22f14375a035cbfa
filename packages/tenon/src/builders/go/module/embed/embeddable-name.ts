const reserved: ReadonlySet<string> = new Set(
  "con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9".split(
    " ",
  ),
);
const versionControl: ReadonlySet<string> = new Set([".bzr", ".hg", ".git", ".svn"]);

/**
 * Whether a file or folder of this name could be part of a module, and so may be embedded.
 *
 * Source: golang.org/x/mod/module, CheckFilePath; package embed.
 */
export function isEmbeddable(name: string): boolean {
  if (versionControl.has(name) || name.endsWith(".")) return false;
  if (!/^[\w!#$%&()+,\-.=@[\]^{}~ \p{L}]+$/u.test(name)) return false;
  return !reserved.has(name.replace(/\..*$/s, "").toLowerCase());
}
