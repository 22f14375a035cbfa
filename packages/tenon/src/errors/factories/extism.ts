import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";

/** The plugin's function failed. @param message the plugin's own, or `undefined` where it set none. */
export function extismCallFailed(
  subject: string,
  label: string,
  code: unknown,
  message: string | undefined,
): TenonError {
  return errors.TENON_EXTISM_FAILED({
    message: `${subject}: ${label}() failed: ${message ?? extismCodeText(code)}`,
    subject: label,
    pluginStack: message,
  });
}

/** A return code in words. */
export function extismCodeText(code: unknown): string {
  return `it returned code ${code}`;
}

/** A value is not JSON. */
export function extismNotJson(subject: string, label: string, cause: Error): TenonError {
  return errors.TENON_EXTISM_VALUE({
    message: `${subject}: a value from the plugin for ${label}() is not JSON: ${cause.message}`,
    subject: label,
    cause,
  });
}

/** A value is JSON of another type than the contract says. */
export function extismWrongType(subject: string, label: string, cause: Error): TenonError {
  return errors.TENON_EXTISM_VALUE({
    message: `${subject}: a value from the plugin for ${label}() has the wrong type: ${cause.message}`,
    subject: label,
    cause,
  });
}

/** A type that cannot be passed to Extism plugins. */
export function extismTypeUnsupported(kind: string): TenonError {
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `Extism plugins exchange bytes, text and JSON, which cannot hold a ${kind}`,
    subject: kind,
  });
}

/** The memory that plugin and host share is full. */
export function extismMemoryFull(subject: string, limit: number): TenonError {
  return errors.TENON_WASM_LIMIT({
    message: `${subject}: the memory shared with the host is full; it may have ${limit} bytes`,
    subject,
  });
}

/** The plugin's variables are full. */
export function extismVariablesFull(subject: string, name: string, size: number, most: number): TenonError {
  return errors.TENON_EXTISM_VARIABLES({
    message: `${subject}: no room for the variable ${JSON.stringify(name)} of ${size} bytes: all variables together may have ${most} bytes`,
    subject: name,
  });
}

/** The settings are not an object. @param found what they are: `a list`, `a string`. */
export function extismSettingsInvalid(subject: string, found: string): TenonError {
  return errors.TENON_EXTISM_SETTINGS({
    message: `${subject}: the settings of an Extism plugin must be an object, not ${found}`,
    subject,
  });
}

/** The plugin describes a request in a form that Extism does not have. */
export function extismRequestMalformed(subject: string, text: string): TenonError {
  return errors.TENON_EXTISM_REQUEST({
    message: `${subject}: http_request() expects a JSON object with a url, found ${text.slice(0, 100)}`,
    subject,
  });
}

/** The address of a request is not an HTTP address. */
export function extismAddressInvalid(subject: string, address: string): TenonError {
  return extismRequest(subject, address, "the address must start with http:// or https://");
}

/** The host of a request is not granted. */
export function extismAddressNotGranted(subject: string, address: string, host: string): TenonError {
  return errors.TENON_EXTISM_REQUEST({
    message: `${subject}: request to ${address}: ${host} is not granted`,
    subject: address,
    fix: { text: `To allow it, add "${host}" to grants.network.` },
  });
}

/** A request is redirected too often. */
export function extismTooManyRedirects(subject: string, address: string, most: number): TenonError {
  return extismRequest(subject, address, `more than ${most} redirects`);
}

/** The server did not respond. */
export function extismNoResponse(subject: string, address: string, why: string | undefined): TenonError {
  return extismRequest(subject, address, `the server did not respond: ${why ?? "unknown reason"}`);
}

/** The server's response is cut off. */
export function extismResponseCutOff(subject: string, address: string, why: string): TenonError {
  return extismRequest(subject, address, `the response was cut off: ${why}`);
}

function extismRequest(subject: string, address: string, why: string): TenonError {
  return errors.TENON_EXTISM_REQUEST({ message: `${subject}: request to ${address}: ${why}`, subject: address });
}

/** A host function returned its error case, for which Extism has no form. */
export function extismHostErrorCase(subject: string, label: string, cause: TenonError): TenonError {
  return errors.TENON_CALL_THREW({
    message: `${subject}: the host function ${label}() returned its error case, which Extism cannot pass to the plugin`,
    subject: label,
    cause,
  });
}

/** An import or export that was found while checking is not there while loading. */
export function extismPlanBroken(what: string): TenonError {
  return errors.TENON_INTERNAL(`${what} was found when the plugin was checked, but is missing now`);
}

/** A function with more than one parameter. */
export function extismTooManyParameters(given: string, label: string, count: number): Finding {
  return signature(
    label,
    `${given}: ${label}() has ${count} parameters, but functions of Extism plugins take at most one`,
  );
}

/** A function whose values cannot be passed. */
export function extismSignatureUnsupported(given: string, label: string, why: string): Finding {
  return signature(label, `${given}: ${label}() cannot be a function of an Extism plugin: ${why}`);
}

/** A resource in the contract. */
export function extismResourceUnsupported(given: string, resource: string): Finding {
  return signature(resource, `${given}: ${resource} is a resource, which Extism plugins cannot have`);
}

/** A host function is imported with a core type that the contract does not fit. */
export function extismImportDiffers(given: string, label: string, coreType: string, why: string): Finding {
  return signature(label, `${given} imports ${label}() as ${coreType}, but ${why}`);
}

/** A function of the contract is not exported under any of the spellings. */
export function extismExportMissing(given: string, label: string, spellings: readonly string[]): Finding {
  return finding("TENON_WASM_EXPORT_MISSING", {
    subject: label,
    message: `${given} does not export ${label}() of its contract: expected a function without parameters called ${spellings.join(" or ")}`,
    fix: { text: `Export a function without parameters under one of these names: ${spellings.join(", ")}.` },
  });
}

function signature(subject: string, message: string): Finding {
  return finding("TENON_EXTISM_SIGNATURE", { subject, message });
}
