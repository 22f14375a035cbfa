import { open } from "node:fs/promises";

const longest = 256 * 1024;
const importsContract = /\bimport\s*\{[^}]*\bcontract\b[^}]*\}\s*from\s*["']tenon(?:\/contract)?["']/;
const exportsAnything = /^[ \t]*export\s+(?!type\b|interface\b|declare\b)/gm;
const exportsContract = /^[ \t]*export\s+(?:(?:const|let|var)\s+[\w$]+\s*(?::[^=]*)?=|default)\s*contract\s*[(<]/gm;

/** Returns whether a file is a contract: a .wit file, or a module that exports contracts and nothing else. Runs nothing. */
export async function isContractFile(path: string): Promise<boolean> {
  if (path.endsWith(".wit")) return true;
  if (!/\.[cm]?[jt]s$/.test(path)) return false;
  const text = await textOf(path);
  if (!importsContract.test(text)) return false;
  const contracts = text.match(exportsContract)?.length ?? 0;
  return contracts > 0 && contracts === text.match(exportsAnything)?.length;
}

async function textOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return "";
  try {
    if (!(await file.stat()).isFile()) return "";
    const { bytesRead, buffer } = await file.read(Buffer.alloc(longest), 0, longest, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
