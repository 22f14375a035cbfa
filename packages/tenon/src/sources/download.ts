import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { callCancelled } from "../errors/factories/host-call.js";
import {
  downloadCredentials,
  downloadFailed,
  downloadNotEncrypted,
  downloadRedirected,
  downloadRefused,
  downloadTooLarge,
  downloadTooSlow,
  downloadUrlInvalid,
  integrityMismatch,
  integrityMissing,
  redirectRefused,
} from "../errors/factories/source.js";
import { digestOf } from "../runtime/digest.js";
import type { Artifact, SourceContext } from "../runtime/index.js";
import { archiveLimits } from "./archive/limits.js";
import { withoutFragment } from "./archive-file.js";
import { unpack, unpackedBefore } from "./unpacked.js";

const mostRedirects = 5;
/** How long nothing may arrive. */
const idle = 30_000;
/** How long a download may take altogether. */
const longest = 10 * 60_000;

/**
 * Downloads, `https://example.org/plugin.tgz#sha256-…`: an archive, or a single file of WebAssembly or JavaScript. The digest is
 * that of the file that the server sends. What was downloaded before is not downloaded again.
 */
export async function resolveDownload(given: string, context: SourceContext): Promise<Artifact | undefined> {
  const { text, digest = context.integrity } = withoutFragment(given);
  const url = urlOf(text);
  if (digest === undefined) throw integrityMissing(given, url.href);
  const location = url.href;
  const known = { given, location, name: nameOf(url), digest };
  const before = await unpackedBefore(known, context);
  if (before !== undefined) return before;
  const bytes = await download(url, given, context.signal);
  const found = digestOf(bytes);
  if (found !== digest) throw integrityMismatch(given, "what the server sends", digest, found);
  return unpack(bytes, known, context);
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw downloadUrlInvalid(text);
  const url = new URL(text);
  url.hash = "";
  if (url.protocol === "http:") throw downloadNotEncrypted(text);
  if (url.username !== "" || url.password !== "") {
    url.username = url.password = "";
    throw downloadCredentials(url.href);
  }
  return url;
}

function nameOf({ pathname }: URL): string {
  const last = pathname.split("/").filter(Boolean).at(-1) ?? "plugin";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** @throws TENON_DOWNLOAD_FAILED; TENON_CALL_ABORTED if opening was cancelled */
async function download(url: URL, given: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const controller = new AbortController();
  const stop = (reason: unknown) => controller.abort(reason);
  const onAbort = () => stop(callCancelled(`opening ${given}`, signal?.reason));
  const timer = setTimeout(() => stop(downloadTooSlow(given, longest, "not complete")), longest);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    return await contentOf(await responseOf(url, given, controller), given, controller);
  } catch (cause) {
    throw controller.signal.aborted ? controller.signal.reason : cause;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    // A response that was not read to its end would keep its connection.
    stop(undefined);
  }
}

async function responseOf(start: URL, given: string, controller: AbortController): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await request(url, given, controller);
    const { statusCode = 0, statusMessage = "", headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
    if (!isRedirect) throw downloadRefused(given, url.href, statusCode, statusMessage);
    url = redirected(headers.location as string, url, given);
  }
  throw downloadRedirected(given, mostRedirects);
}

function redirected(location: string, from: URL, given: string): URL {
  if (!URL.canParse(location, from.href)) throw redirectRefused(given, location);
  const url = new URL(location, from);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "")
    throw redirectRefused(given, `${url.protocol}//${url.host}`);
  return url;
}

function request(url: URL, given: string, controller: AbortController): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(downloadFailed(given, `${url.host} cannot be reached: ${cause.message}`, cause));
    // The digest is that of the bytes that are sent, so nothing may be compressed on the way.
    const headers = { accept: "*/*", "accept-encoding": "identity", "user-agent": "tenon" };
    const sent = get(url, { headers, signal: controller.signal, timeout: idle }, resolve);
    sent.on("timeout", () => controller.abort(downloadTooSlow(given, idle, "no answer")));
    sent.on("error", failed);
  });
}

async function contentOf(response: IncomingMessage, given: string, controller: AbortController): Promise<Uint8Array> {
  const most = archiveLimits.archive;
  if (Number(response.headers["content-length"] ?? 0) > most) throw downloadTooLarge(given, most);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) controller.abort(downloadTooLarge(given, most));
      controller.signal.throwIfAborted();
      parts.push(part);
    }
  } catch (cause) {
    throw controller.signal.aborted
      ? controller.signal.reason
      : downloadFailed(given, `the connection was lost: ${(cause as Error).message}`, cause);
  }
  return Buffer.concat(parts, size);
}
