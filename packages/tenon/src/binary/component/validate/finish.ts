import { invalidComponent } from "../../../errors/factories/binary.js";
import { makeComponent } from "./make-types.js";
import { MentionedResources, pathsTo } from "./resources.js";
import type { Scope } from "./scope.js";
import type { ResolvedComponent } from "./types.js";

/**
 * Returns the type of a component after its last definition. Its imports must not use resources that it defines, and it
 * must export every resource that its exports use.
 */
export function finishComponent(scope: Scope, offset: number): ResolvedComponent {
  const { work } = scope;
  const imports = scope.imports.items;
  const exports = scope.exports.items;
  const imported = new MentionedResources(work).items(imports).found;
  for (const resource of scope.definedResources.keys())
    if (imported.has(resource))
      throw invalidComponent("an import uses a resource that the component itself defines", offset);
  const mentioned = new MentionedResources(work).items(exports).found;
  const own = [...scope.definedResources.keys()].filter((resource) => mentioned.has(resource));
  const paths = pathsTo(own, exports, work);
  const definedResources = own.map((resource) => {
    const path = paths.get(resource);
    if (path === undefined)
      throw invalidComponent("an export uses a resource that the component defines but does not export", offset);
    return { resource, path };
  });
  const importedResources = [...scope.importedResources].map(([resource, path]) => ({ resource, path }));
  return makeComponent({ imports, exports, importedResources, definedResources }, offset);
}
