import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, globalAgent } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Why no certificate can be made here; `undefined` if one can. */
export function missingCertificates(): string | undefined {
  const { status } = spawnSync("openssl", ["version"]);
  return status === 0 ? undefined : "openssl is not installed";
}

/** Makes a certificate for 127.0.0.1 in a folder, which Node's requests trust until `forget` is called. */
export function makeCertificate(folder: string): { key: Buffer; cert: Buffer; file: string; forget(): void } {
  const file = join(folder, "cert.pem");
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ...["-keyout", join(folder, "key.pem"), "-out", file],
  ]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  const cert = readFileSync(file);
  const before = globalAgent.options.ca;
  globalAgent.options.ca = [cert];
  return {
    key: readFileSync(join(folder, "key.pem")),
    cert,
    file,
    forget() {
      globalAgent.options.ca = before;
    },
  };
}

/** A server on the loopback interface. */
export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
}

export async function serve(
  { key, cert }: { readonly key: Buffer; readonly cert: Buffer },
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TlsServer> {
  const asked: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
