import { unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { Component, Definition } from "../decode/model.js";
import { addAlias } from "./aliases.js";
import { addCanonical } from "./canonical.js";
import { shapeOfModule } from "./core-types.js";
import { defineCoreType, defineType } from "./define-type.js";
import { addExport, addImport } from "./externs.js";
import { finishComponent } from "./finish.js";
import { bundle, bundleCore, instantiateComponent, instantiateModule } from "./instantiate.js";
import { Scope } from "./scope.js";
import type { ComponentType, ResolvedComponent } from "./types.js";
import { Work } from "./work.js";

/**
 * Checks a decoded component against the rules of the component model and returns its type.
 *
 * Reads only the imports and exports of core modules: the engine that compiles them checks their code.
 *
 * @throws TENON_COMPONENT_INVALID with the byte and the rule; TENON_COMPONENT_UNSUPPORTED for parts that Tenon does not
 * run; TENON_BINARY_MALFORMED for a core module that cannot be read
 */
export function validateComponent(component: Component): ComponentType {
  const { imports, exports } = typeOf(component, undefined, new Work());
  const listed = (items: ResolvedComponent["imports"]) => [...items].map(([name, type]) => ({ name, type }));
  return { imports: listed(imports), exports: listed(exports) };
}

function typeOf(component: Component, parent: Scope | undefined, work: Work): ResolvedComponent {
  const scope = new Scope("component", parent, work);
  for (const definition of component.definitions) {
    work.at(definition.offset);
    work.spend(1);
    add(definition, scope);
    scope.expectRoom(definition.offset);
  }
  return finishComponent(scope, component.offset);
}

function add(definition: Definition, scope: Scope): void {
  const { offset } = definition;
  switch (definition.kind) {
    case "core-module":
      scope.coreModules.push(shapeOfModule(definition.bytes, offset));
      break;
    case "core-instantiate":
      scope.coreInstances.push(instantiateModule(definition.module, definition.arguments, scope, offset));
      break;
    case "core-bundle":
      scope.coreInstances.push(bundleCore(definition.exports, scope, offset));
      break;
    case "core-type":
      defineCoreType(definition.type, scope, offset);
      break;
    case "component":
      scope.components.push(typeOf(definition.component, scope, scope.work));
      break;
    case "instantiate":
      scope.instances.push(instantiateComponent(definition.component, definition.arguments, scope, offset));
      break;
    case "bundle":
      scope.instances.push(bundle(definition.exports, scope, offset));
      break;
    case "alias-export":
    case "alias-core-export":
    case "alias-outer":
      addAlias(definition, scope, offset);
      break;
    case "type":
      scope.types.push(defineType(definition.type, scope, offset));
      break;
    case "import":
      addImport(definition.name, definition.type, scope, offset);
      break;
    case "export":
      addExport(definition, scope, offset);
      break;
    case "start":
      throw unsupportedInComponent("a start function with values", offset);
    default:
      addCanonical(definition, scope, offset);
  }
}
