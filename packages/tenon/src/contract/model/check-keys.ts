import { contractInvalid } from "../../errors/factories/contract.js";
import { interfaceDifference } from "./equal.js";
import { foreignKeys, parseInterfaceId } from "./interface-keys.js";
import type { InterfaceType, Items, NamedType, ResourceType } from "./model.js";
import { isWitName, kebab, pascal } from "./names.js";
import { isVersion } from "./version.js";

/** Checks the names of imports, exports and members, and that an interface on both sides is the same there. */
export function checkKeys(
  id: string,
  world: string,
  imports: Items,
  exports: Items,
  owners: ReadonlyMap<NamedType, string | undefined> | undefined,
): void {
  const sides = [
    ["imports", imports],
    ["exports", exports],
  ] as const;
  const plain = new Set<string>();
  const foreign: string[] = [];
  for (const [sideName, side] of sides) {
    const names = new Set<string>();
    for (const [key, item] of Object.entries(side)) {
      const path = `${sideName}.${key}`;
      if (item.kind === "resource") {
        if (side === exports) {
          throw contractInvalid(
            id,
            `${path}: an exported resource must be a member of an interface: t.interface({ ${key} })`,
          );
        }
        expectClassName(id, path, key, item);
      }
      const name = item.kind === "resource" ? item.name : itemName(id, path, key);
      if (names.has(name)) throw contractInvalid(id, `${path}: "${name}" is declared twice`);
      names.add(name);
      if (item.kind === "interface") {
        checkMembers(id, path, item);
        if (item.id === undefined && name === world) {
          throw contractInvalid(
            id,
            `${path}: the interface has the same name as the world`,
            `Rename the interface, or name the world: ${id.replace(/(\/[^@]*)?(?=@|$)/, `/${world}-plugin`)}`,
          );
        }
      }
      if (item.kind === "interface" && item.id !== undefined) foreign.push(item.id);
      else plain.add(key);
    }
  }
  const keys = foreignKeys([...plain, ...typeOnlyInterfaces(imports, exports, owners)], foreign);
  for (const [sideName, side] of sides) {
    for (const [key, item] of Object.entries(side)) {
      if (item.kind === "interface" && item.id !== undefined)
        checkForeign(id, `${sideName}.${key}`, key, item.id, keys);
    }
  }
  for (const [key, item] of Object.entries(imports)) {
    const other = exports[key];
    if (item.kind !== "interface" || other?.kind !== "interface") continue;
    const difference = interfaceDifference(item, other, key);
    if (difference !== undefined) {
      throw contractInvalid(
        id,
        `interface "${key}" is imported and exported, but is not the same on both sides: ${difference} differs`,
        "Rename one of the two, or declare the same functions in both.",
      );
    }
  }
}

// Interfaces that only own types take a name, too.
function typeOnlyInterfaces(
  imports: Items,
  exports: Items,
  owners: ReadonlyMap<NamedType, string | undefined> | undefined,
): string[] {
  const listed = new Set([...Object.keys(imports), ...Object.keys(exports)].map(kebab));
  const names = new Set([...(owners?.values() ?? [])].filter((owner) => owner !== undefined && !listed.has(owner)));
  return [...names].map((name) => name!.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
}

function checkMembers(id: string, path: string, item: InterfaceType): void {
  const names = new Set<string>();
  for (const [key, member] of Object.entries(item.members)) {
    if (member.kind === "resource") expectClassName(id, `${path}.${key}`, key, member);
    const name = member.kind === "resource" ? member.name : itemName(id, `${path}.${key}`, key);
    if (names.has(name)) throw contractInvalid(id, `${path}.${key}: "${name}" is declared twice`);
    names.add(name);
  }
}

function checkForeign(
  id: string,
  path: string,
  key: string,
  interfaceId: string,
  keys: ReadonlyMap<string, string>,
): void {
  const parts = parseInterfaceId(interfaceId);
  if (parts === undefined || (parts.version !== undefined && !isVersion(parts.version))) {
    throw contractInvalid(
      id,
      `${path}: "${interfaceId}" is not the id of an interface, such as wasi:cli/environment@0.2.0`,
    );
  }
  for (const part of [parts.namespace, parts.package, parts.name]) {
    if (!isWitName(part)) throw contractInvalid(id, `${path}: "${part}" is not a valid WIT name`);
  }
  if (id.replace(/\/[^@]*/, "") === interfaceId.replace(/\/[^@]*/, "")) {
    throw contractInvalid(id, `${path}: an interface of the contract's own package must not have an id`);
  }
  const expected = keys.get(interfaceId);
  if (key !== expected)
    throw contractInvalid(id, `${path}: the interface ${interfaceId} must have the key "${expected}"`);
}

function itemName(id: string, path: string, key: string): string {
  const name = kebab(key);
  if (!isWitName(name)) throw contractInvalid(id, `${path}: "${key}" is not a valid WIT name`);
  return name;
}

function expectClassName(id: string, path: string, key: string, resource: ResourceType): void {
  if (key !== pascal(resource.name)) {
    throw contractInvalid(id, `${path}: the resource "${resource.name}" must have the key "${pascal(resource.name)}"`);
  }
}
