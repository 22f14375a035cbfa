/** Where a sandboxed program sees the socket of its proxy. */
export const proxySocket = "/run/tenon-network";

/** Where the forwarder listens, in the sandbox's own network: every port there is free. */
export const forwardedPort = 3128;

/** The variables by which programs learn of a proxy. Source: curl(1), ENVIRONMENT. */
export function proxyVariables(): Record<string, string> {
  const http = `http://127.0.0.1:${forwardedPort}`;
  return {
    ...{ HTTP_PROXY: http, http_proxy: http, HTTPS_PROXY: http, https_proxy: http },
    ...{ ALL_PROXY: `socks5h://127.0.0.1:${forwardedPort}`, all_proxy: `socks5h://127.0.0.1:${forwardedPort}` },
    // Nothing else is reached without the proxy, and what listens in the sandbox itself needs none.
    ...{ NO_PROXY: "localhost,127.0.0.1,::1", no_proxy: "localhost,127.0.0.1,::1" },
  };
}
