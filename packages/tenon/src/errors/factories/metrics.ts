import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { textOf } from "../thrown.js";

/** An exporter of metrics needs a package that is not installed. */
export function exporterLibraryMissing(name: string, cause: unknown): TenonError {
  return errors.TENON_METRICS_LIBRARY({
    message: `tenon/metrics needs the package ${name}, which is not installed`,
    subject: name,
    cause,
    fix: { text: "Install it beside tenon.", command: `npm install ${name}` },
  });
}

/** A registry of metrics refuses one: usually because another has its name. */
export function registryRefused(name: string, thrown: unknown): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `option registry: it does not take the metric ${name}: ${textOf(thrown)}`,
    subject: "registry",
    fix: { text: "Give each host its own registry or prefix: prometheus(host, { registry: new Registry() })." },
  });
}
