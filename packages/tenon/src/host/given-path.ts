import { fileURLToPath, pathToFileURL } from "node:url";
import { optionInvalid } from "../errors/factories/host-option.js";

/** Returns what the sources are asked for: the path of a `file:` URL without a digest, and everything else as it is. */
export function pathOf(artifact: string | URL): string {
  if (artifact instanceof URL) return artifact.protocol === "file:" ? filePath(artifact) : artifact.href;
  if (typeof artifact !== "string") throw optionInvalid("artifact", `expected a path or a URL`);
  if (artifact === "") throw optionInvalid("artifact", "expected a path or a URL, got an empty string");
  if (!artifact.startsWith("file:")) return artifact;
  const base = pathToFileURL(`${process.cwd()}/`).href;
  if (!URL.canParse(artifact, base)) throw optionInvalid("artifact", `${artifact} is not a valid URL`);
  return filePath(new URL(artifact, base));
}

function filePath(url: URL): string {
  try {
    if (url.hash.startsWith("#sha256-")) return url.href;
    return fileURLToPath(url);
  } catch (cause) {
    throw optionInvalid("artifact", `${url.href} does not name a file on this system: ${(cause as Error).message}`);
  }
}
