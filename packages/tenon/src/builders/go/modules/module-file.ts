import { readFile, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { textOfFile } from "../../../runtime/regular-file.js";
import type { HostRequirements } from "../host/requirements.js";
import type { GoCommand } from "./go-command.js";
import { goFailure } from "./go-failure.js";
import { modulePathOf, type PluginModule } from "./plugin-module.js";

interface Replacement {
  readonly Old: { readonly Path: string; readonly Version?: string };
  readonly New: { readonly Path: string; readonly Version?: string };
}

interface ModuleDocument {
  readonly Module?: { readonly Path: string };
  readonly Require?: readonly { readonly Path: string; readonly Version: string }[] | null;
  readonly Replace?: readonly Replacement[] | null;
}

interface WorkspaceDocument {
  readonly Use?: readonly { readonly DiskPath: string }[] | null;
  readonly Replace?: readonly Replacement[] | null;
}

// The version that the go command itself uses for a module that only exists as a folder.
const noVersion = "v0.0.0-00010101000000-000000000000";

/**
 * The go.mod and go.sum of one build (`go build -modfile`): copies of the plugin's, which are not changed.
 */
export class ModuleFile {
  /** The path of the go.mod. The go.sum is next to it. */
  readonly path: string;
  readonly modulePath: string;
  readonly #go: GoCommand;
  readonly #required: HostRequirements;
  readonly #requires = new Map<string, string>();
  /** By module path: replacements, with the version that they are limited to. */
  readonly #replaces = new Map<string, Replacement[]>();
  #pending: string[] = [];

  private constructor(path: string, document: ModuleDocument, go: GoCommand, required: HostRequirements) {
    this.path = path;
    this.modulePath = document.Module?.Path ?? "";
    this.#go = go;
    this.#required = required;
    for (const { Path, Version } of document.Require ?? []) this.#requires.set(Path, Version);
  }

  /** Copies the plugin's go.mod and go.sum into a folder. Modules of the plugin's workspace become replacements. */
  static async copy(
    plugin: PluginModule,
    folder: string,
    go: GoCommand,
    required: HostRequirements,
  ): Promise<ModuleFile> {
    const path = join(folder, "go.mod");
    const text = await readFile(join(plugin.root, "go.mod"), "utf8");
    // The toolchain is already chosen, and Go before 1.21 rejects the line.
    await writeFile(path, text.replace(/^toolchain[ \t].*$/gm, ""));
    await writeFile(join(folder, "go.sum"), (await textOfFile(join(plugin.root, "go.sum"))) ?? "");
    const document = await readJson<ModuleDocument>(go, required, "mod", path);
    const file = new ModuleFile(path, document, go, required);
    for (const replacement of document.Replace ?? []) file.#adopt(replacement, plugin.root);
    if (plugin.workspace !== undefined) await file.#adoptWorkspace(plugin.workspace, plugin.root);
    await file.save();
    return file;
  }

  /** Returns the version of a module that the file itself requires. */
  requirementOf(path: string): string | undefined {
    return this.#requires.get(path);
  }

  /** Returns what the plugin replaces a module with: a folder, or a module and its version. */
  replacementsOf(path: string): readonly Replacement[] {
    return this.#replaces.get(path) ?? [];
  }

  require(path: string, version: string): void {
    this.#requires.set(path, version);
    this.#pending.push(`-require=${path}@${version}`);
  }

  /** Replaces every version of a module. @param by a folder, or `module@version`. */
  replace(path: string, by: string): void {
    this.dropReplacements(path);
    const [New = "", version] = isAbsolute(by) ? [by] : by.split("@");
    this.#replaces.set(path, [
      { Old: { Path: path }, New: { Path: New, ...(version === undefined ? {} : { Version: version }) } },
    ]);
    this.#pending.push(`-replace=${path}=${by}`);
    if (isAbsolute(by) && !this.#requires.has(path)) this.require(path, noVersion);
  }

  dropReplacements(path: string): void {
    for (const { Old } of this.replacementsOf(path))
      this.#pending.push(`-dropreplace=${Old.Path}${Old.Version === undefined ? "" : `@${Old.Version}`}`);
    this.#replaces.delete(path);
  }

  /** Writes the changes to the file. */
  async save(): Promise<void> {
    const words = this.#pending;
    this.#pending = [];
    if (words.length === 0) return;
    const { code, stderr } = await this.#go.run("mod", "edit", ...words, this.path);
    if (code !== 0) throw goFailure(stderr, this.#go.folder, this.#required);
  }

  text(): Promise<string> {
    return readFile(this.path, "utf8");
  }

  #adopt({ Old, New }: Replacement, root: string): void {
    const isFolder = New.Version === undefined;
    const made: Replacement = { Old, New: isFolder ? { Path: resolve(root, New.Path) } : New };
    this.#replaces.set(Old.Path, [...this.replacementsOf(Old.Path), made]);
    if (!isFolder || isAbsolute(New.Path)) return;
    const old = Old.Version === undefined ? Old.Path : `${Old.Path}@${Old.Version}`;
    this.#pending.push(`-replace=${old}=${made.New.Path}`);
  }

  async #adoptWorkspace(workspace: string, root: string): Promise<void> {
    const document = await readJson<WorkspaceDocument>(this.#go, this.#required, "work", workspace);
    const folders = (document.Use ?? []).map(({ DiskPath }) => resolve(dirname(workspace), DiskPath));
    // A workspace without the plugin's module has no effect on it.
    if (!folders.includes(root)) return;
    for (const { Old, New } of document.Replace ?? []) {
      this.replace(
        Old.Path,
        New.Version === undefined ? resolve(dirname(workspace), New.Path) : `${New.Path}@${New.Version}`,
      );
    }
    for (const folder of folders) {
      const path = folder === root ? undefined : await modulePathOf(folder);
      if (path !== undefined) this.replace(path, folder);
    }
  }
}

async function readJson<T>(go: GoCommand, required: HostRequirements, kind: "mod" | "work", path: string): Promise<T> {
  const { code, stdout, stderr } = await go.run(kind, "edit", "-json", path);
  if (code !== 0) throw goFailure(stderr, go.folder, required);
  return JSON.parse(stdout) as T;
}
