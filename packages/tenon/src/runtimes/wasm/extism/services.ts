import {
  extismRequestMalformed,
  extismSettingsInvalid,
  extismVariablesFull,
} from "../../../errors/factories/extism.js";
import type { Capabilities } from "../../../wasi/index.js";
import type { PluginState } from "../state/plugin-state.js";
import { type Response, requestUrl, sendRequest } from "./http.js";
import type { Kernel, KernelServices } from "./kernel/kernel.js";

/** What the host needs to implement `extism:host/env`. */
export interface ServiceOptions {
  readonly kernel: () => Kernel;
  /** The plugin's configuration. */
  readonly settings: unknown;
  readonly capabilities: Capabilities;
  readonly log: (text: string) => void;
  readonly plugin: PluginState;
}

/** The maximum size of all variables together, with their names. Other Extism hosts have the same. */
const mostVariableBytes = 1024 * 1024;
const levels = ["trace", "debug", "info", "warn", "error"] as const;
const leastLevel = levels.indexOf("info");

/**
 * Creates what an Extism plugin can use in addition to memory: configuration, variables that live as long as it is open, HTTP
 * and a log.
 *
 * @throws TENON_EXTISM_SETTINGS
 */
export function createServices({ kernel, settings, capabilities, log, plugin }: ServiceOptions): KernelServices {
  const { subject, limit } = plugin;
  const configuration = configurationOf(settings, subject);
  const variables = new Map<string, Uint8Array>();
  let variableBytes = 0;
  let response: Response | undefined;
  const textAt = (address: number) => kernel().text(address, kernel().lengthOf(address));
  const forget = (name: string) => {
    const known = variables.get(name);
    if (known !== undefined) variableBytes -= sizeOf(name, known);
    variables.delete(name);
  };
  return {
    config(name) {
      const value = configuration.get(textAt(name));
      return value === undefined ? 0 : kernel().storeText(value);
    },
    variable(name) {
      const value = variables.get(textAt(name));
      return value === undefined ? 0 : kernel().storeBytes(value);
    },
    setVariable(nameAddress, address) {
      const name = textAt(nameAddress);
      const before = variables.get(name);
      const value = address === 0 ? undefined : kernel().bytes(address, kernel().lengthOf(address));
      const freed = before === undefined ? 0 : sizeOf(name, before);
      if (value !== undefined && variableBytes - freed + sizeOf(name, value) > mostVariableBytes) {
        throw extismVariablesFull(subject, name, value.length, mostVariableBytes);
      }
      forget(name);
      if (value === undefined) return;
      variables.set(name, value);
      variableBytes += sizeOf(name, value);
    },
    request(description, bodyAddress) {
      response = undefined;
      const { method, url, headers } = requestOf(textAt(description), subject);
      const body = kernel().bytes(bodyAddress, kernel().lengthOf(bodyAddress));
      response = sendRequest({ method, url, headers, body }, capabilities.network, limit, subject);
      return kernel().storeBytes(response.body);
    },
    status: () => response?.status ?? 0,
    headers: () => (response === undefined ? 0 : kernel().storeText(JSON.stringify(response.headers))),
    log(level, text) {
      if (level >= leastLevel && text !== 0) log(`${levels[level]}: ${textAt(text)}`);
    },
    logLevel: () => leastLevel,
  };
}

function sizeOf(name: string, value: Uint8Array): number {
  return Buffer.byteLength(name) + value.length;
}

function configurationOf(settings: unknown, subject: string): ReadonlyMap<string, string> {
  if (settings === undefined || settings === null) return new Map();
  if (typeof settings !== "object" || Array.isArray(settings)) {
    throw extismSettingsInvalid(subject, Array.isArray(settings) ? "an array" : `a ${typeof settings}`);
  }
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

function requestOf(text: string, subject: string) {
  const invalid = () => extismRequestMalformed(subject, text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (typeof json !== "object" || json === null || typeof (json as { url?: unknown }).url !== "string") throw invalid();
  const { url, method = "GET", headers, header } = json as Record<string, unknown>;
  const given = (headers ?? header ?? {}) as Record<string, unknown>;
  if (typeof method !== "string" || !/^[A-Za-z]+$/.test(method) || typeof given !== "object") throw invalid();
  return {
    method: method.toUpperCase(),
    url: requestUrl(url as string, subject),
    headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])),
  };
}
