import { invalid } from "./failure.js";
import { makeComponent } from "./make-types.js";
import { MentionedResources, pathsTo } from "./resources.js";
import type { Scope } from "./scope.js";
import type { ResolvedComponent } from "./types.js";

/**
 * The type of a component that has been read to its end. Its own resources may not be mentioned by its imports, and those
 * that its exports mention must be exported themselves.
 */
export function finishComponent(scope: Scope, offset: number): ResolvedComponent {
  const { work } = scope;
  const imports = scope.imports.items;
  const exports = scope.exports.items;
  const imported = new MentionedResources(work).items(imports).found;
  for (const resource of scope.definedResources.keys())
    if (imported.has(resource)) throw invalid("an import mentions a resource of the component's own", offset);
  const mentioned = new MentionedResources(work).items(exports).found;
  const own = [...scope.definedResources.keys()].filter((resource) => mentioned.has(resource));
  const paths = pathsTo(own, exports, work);
  const definedResources = own.map((resource) => {
    const path = paths.get(resource);
    if (path === undefined)
      throw invalid("an export mentions a resource of the component's own that is not exported itself", offset);
    return { resource, path };
  });
  const importedResources = [...scope.importedResources].map(([resource, path]) => ({ resource, path }));
  return makeComponent({ imports, exports, importedResources, definedResources }, offset);
}
