import { worldUnclear } from "../../errors/factories/contract.js";
import type { Packages, WitPackage, WorldDefinition } from "./packages.js";
import { printPath } from "./printer.js";

/**
 * Returns the world with this name or full path, or by default the only world of the documents' own packages.
 *
 * @throws TENON_CONTRACT_INVALID, which lists the worlds to choose from.
 */
export function chooseWorld(packages: Packages, name: string | undefined): WorldDefinition {
  const roots = [...packages.roots].flatMap(worldsOf);
  const everywhere = [...packages.all()].flatMap(({ package: owner }) => worldsOf(owner));
  const chosen =
    name === undefined
      ? roots
      : name.includes("/")
        ? everywhere.filter((world) => fullName(world) === name)
        : roots.filter((world) => world.name.name === name);
  const [world, ...others] = chosen;
  if (world !== undefined && others.length === 0) return world;
  const choice = (chosen.length > 1 ? chosen : roots.length > 0 ? roots : everywhere).map(fullName);
  throw worldUnclear(name, chosen.length, choice);
}

function worldsOf({ definitions }: WitPackage): WorldDefinition[] {
  return [...definitions.values()].filter((definition) => definition.kind === "world");
}

function fullName(world: WorldDefinition): string {
  return printPath({ package: world.scope.package.name, name: world.name }).replace(/%/g, "");
}
