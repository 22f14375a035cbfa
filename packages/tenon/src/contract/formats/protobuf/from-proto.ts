import { protoInvalid, protoTooLarge } from "../../../errors/factories/protobuf.js";
import { assemble } from "./assemble.js";
import { parseProto, whereImported } from "./parse-proto.js";
import { loadParser, type ProtoParser } from "./parser-library.js";
import type { ProtobufContract, ProtoFile, ProtoOptions } from "./protobuf-contract.js";
import { knownFiles } from "./schema/known-files.js";
import type { ParsedFile } from "./schema/parsed-file.js";

const mostFiles = 2000;
const mostCharacters = 32 * 1024 * 1024;

/** @see contractFromProto in index.ts */
export async function fromProto(
  given: string | readonly ProtoFile[],
  options: ProtoOptions,
): Promise<ProtobufContract> {
  const sources = typeof given === "string" ? [{ path: "contract.proto", text: given }] : given;
  const loader = new Loader(await loadParser(), sources, options.resolve);
  const files = await loader.load();
  return assemble(files, new Set(sources.map(({ path }) => path)), options);
}

class Loader {
  readonly #parser: ProtoParser;
  readonly #given: ReadonlyMap<string, string>;
  readonly #resolve: ProtoOptions["resolve"];
  readonly #texts = new Map<string, string>();
  #characters = 0;

  constructor(parser: ProtoParser, given: readonly ProtoFile[], resolve: ProtoOptions["resolve"]) {
    this.#parser = parser;
    this.#resolve = resolve;
    const byPath = new Map<string, string>();
    for (const { path, text } of given) {
      if (byPath.has(path)) throw protoInvalid(path, "the file is given twice");
      byPath.set(path, text);
    }
    this.#given = byPath;
  }

  async load(): Promise<readonly ParsedFile[]> {
    const files = new Map<string, ParsedFile>();
    for (const [path, text] of this.#given) files.set(path, this.#parse(path, text));
    // Grows while it is walked.
    for (const file of files.values()) {
      for (const { path } of file.imports) {
        if (files.has(path)) continue;
        if (files.size >= mostFiles) throw protoTooLarge(path, `more than ${mostFiles} files are imported`);
        files.set(path, await this.#imported(path, file));
      }
    }
    this.#expectNoCircle(files);
    return [...files.values()];
  }

  async #imported(path: string, by: ParsedFile): Promise<ParsedFile> {
    const text = await this.#resolve?.(path);
    if (text !== undefined) return this.#parse(path, text);
    const known = knownFiles().get(path);
    if (known !== undefined) return known;
    throw protoInvalid(
      whereImported(by.path, this.#texts.get(by.path) ?? "", path),
      `the imported file "${path}" is not found`,
      "Correct the path of the import, or pass the file, too.",
    );
  }

  #parse(path: string, text: string): ParsedFile {
    this.#characters += text.length;
    if (this.#characters > mostCharacters)
      throw protoTooLarge(path, `the files have more than ${mostCharacters} characters`);
    this.#texts.set(path, text);
    return parseProto(this.#parser, path, text);
  }

  #expectNoCircle(files: ReadonlyMap<string, ParsedFile>): void {
    const done = new Set<string>();
    for (const start of files.keys()) {
      const way: { readonly path: string; next: number }[] = [];
      const open = new Set<string>();
      const enter = (path: string): void => {
        way.push({ path, next: 0 });
        open.add(path);
      };
      if (!done.has(start)) enter(start);
      for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
        const imported = files.get(top.path)?.imports[top.next++]?.path;
        if (imported === undefined) {
          way.pop();
          open.delete(top.path);
          done.add(top.path);
        } else if (open.has(imported)) {
          const circle = [
            ...way.map(({ path }) => path).slice(way.findIndex(({ path }) => path === imported)),
            imported,
          ];
          throw protoInvalid(
            whereImported(top.path, this.#texts.get(top.path) ?? "", imported),
            `files import each other: ${circle.slice(0, 10).join(" → ")}`,
            "Move what both need into a third file.",
          );
        } else if (!done.has(imported)) enter(imported);
      }
    }
  }
}
