import { exporterLibraryMissing } from "../errors/factories/metrics.js";
import { propertyOf } from "../errors/index.js";

/** What a package has to offer, as an exporter uses it. */
export type Library = Record<string, any>;

/**
 * Loads an optional package.
 *
 * @param load imports it: the name has to be where bundlers see it.
 * @throws TENON_METRICS_LIBRARY if it is not installed
 */
export async function library(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    const module = await load();
    return module.default ?? module;
  } catch (thrown) {
    if (propertyOf(thrown, "code") !== "ERR_MODULE_NOT_FOUND") throw thrown;
    throw exporterLibraryMissing(name, thrown);
  }
}
