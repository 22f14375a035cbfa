import { isUtf8 } from "node:buffer";
import { basename, extname } from "node:path";
import type { Artifact, Recognition } from "../../runtime/index.js";

const kinds: Readonly<Record<string, string>> = {
  ".js": "JavaScript",
  ".mjs": "JavaScript",
  ".cjs": "JavaScript",
  ".jsx": "JavaScript",
  ".ts": "TypeScript",
  ".mts": "TypeScript",
  ".cts": "TypeScript",
  ".tsx": "TypeScript",
};

/** Signs of JavaScript that other scripting languages do not share. */
const signs =
  /\b(?:module\.exports|exports\.\w+\s*=|export\s+(?:default|const|let|async|function|class|interface|type|\{|\*)|import\s+(?:type\s+)?[\w{*"'$]|require\(|function\s*\w*\s*\(|=>|(?:const|let)\s+[\w{[$])/;

/** Recognises source text by its file extension and its content. A binary file with a wrong name is not recognised. */
export async function recogniseScript(artifact: Artifact): Promise<Recognition | undefined> {
  const { entry } = artifact.manifest;
  if (entry === undefined) return undefined;
  const text = sourceText(artifact.head);
  if (text === undefined) return undefined;
  const language = kinds[extname(entry).toLowerCase()];
  const known = signs.test(text);
  if (language === undefined) {
    if (extname(basename(entry)) !== "") return undefined;
    const hashbang = /^#!.*\b(?:node|bun|deno|tsx)\b/.test(text);
    if (text.startsWith("#!") ? !hashbang : !known) return undefined;
    return { confidence: 1, description: "JavaScript module" };
  }
  const form = artifact.kind === "folder" ? "package" : "module";
  return { confidence: known ? 2 : 1, description: `${language} ${form}` };
}

/** Returns the head as text, or `undefined` if it is not UTF-8 or has control characters that no source has. */
function sourceText(head: Uint8Array): string | undefined {
  let text: string;
  // Making a decoder that rejects takes longer.
  if (isUtf8(head))
    text = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
      .toString("utf8")
      .replace(/^\uFEFF/, "");
  else
    try {
      // `stream` allows a character that is cut at the end of the head.
      text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    } catch {
      return undefined;
    }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary files apart
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) || /^(?:PK\x03\x04|MZ)/.test(text) ? undefined : text;
}
