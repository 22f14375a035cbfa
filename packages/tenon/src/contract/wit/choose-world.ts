import { errors } from "../../errors/index.js";
import type { Packages, WitPackage, WorldDefinition } from "./packages.js";
import { printPath } from "./printer.js";

/**
 * Picks the world by its name or full path; without one, the only world of the documents' own packages.
 *
 * @throws TENON_CONTRACT_INVALID, naming the worlds that there are.
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
  throw errors.TENON_CONTRACT_INVALID({
    message: `${problem(name, chosen.length)}; ${choice.length === 0 ? "the text has no world" : `there is ${choice.slice(0, 20).join(", ")}`}`,
    ...(name === undefined ? {} : { subject: name }),
    fix: {
      text:
        choice.length === 0
          ? "A contract is a world: write one, world my-plugin { … }."
          : `Say which: world: "${choice[0]}".`,
    },
  });
}

function problem(name: string | undefined, found: number): string {
  if (name === undefined)
    return found === 0 ? "there is no world to make a contract of" : "it is not clear which world is meant";
  return found === 0 ? `there is no world "${name}"` : `several worlds are called "${name}"`;
}

function worldsOf({ definitions }: WitPackage): WorldDefinition[] {
  return [...definitions.values()].filter((definition) => definition.kind === "world");
}

function fullName(world: WorldDefinition): string {
  return printPath({ package: world.scope.package.name, name: world.name }).replace(/%/g, "");
}
