import { contractInvalid } from "../../errors/factories/contract.js";
import { checkKeys } from "./check-keys.js";
import { Declarations } from "./declarations.js";
import { expectBounded } from "./extent.js";
import type { Contract, Items, NamedType } from "./model.js";
import { isWitName, kebab } from "./names.js";
import { expectOffer, offeredResources, sharedTypes, visitingOrder } from "./owners.js";
import { functionTypes, reachedResources } from "./reach.js";
import { expectFinite } from "./recursion.js";
import { isVersion } from "./version.js";

const idForm = /^(?<namespace>[^:/@]+):(?<package>[^:/@]+)(?:\/(?<world>[^:/@]+))?(?:@(?<version>.+))?$/;

/**
 * Makes a contract: validates its parts, decides which interface declares each named type, and freezes the result.
 *
 * @param owners which interface declares each type, if that is known, as it is from WIT text: the interface's name in
 *   kebab-case, or undefined for the world. By default, a type belongs to the interface that uses it first.
 * @throws TENON_CONTRACT_INVALID when a name is not a valid WIT name or is declared twice, a type is used where it is not
 *   allowed, or WIT cannot express the contract; TENON_CONTRACT_TOO_LARGE when its types are too large.
 */
export function makeContract<I extends Items, E extends Items>(
  id: string,
  imports: I,
  exports: E,
  docs?: string,
  owners?: ReadonlyMap<NamedType, string | undefined>,
): Contract<I, E> {
  const parts = idForm.exec(id)?.groups;
  if (parts === undefined) {
    throw contractInvalid(
      id,
      "expected an id of the form namespace:package@version or namespace:package/world@version",
      "Correct the id, as in demo:greeter@1.0.0.",
    );
  }
  const { namespace = "", package: name = "", world = name, version } = parts;
  for (const part of [namespace, name, world])
    if (!isWitName(part)) throw contractInvalid(id, `"${part}" is not a valid WIT name`);
  if (version !== undefined && !isVersion(version)) {
    throw contractInvalid(id, `"${version}" is not a semantic version`, "Use three numbers, as in 1.0.0 (semver.org).");
  }
  expectBounded(id, imports, exports);
  checkKeys(id, world, imports, exports, owners);
  const declarations = declare(id, world, imports, exports, owners);
  return Object.freeze({
    id: `${namespace}:${name}${world === name ? "" : `/${world}`}${version === undefined ? "" : `@${version}`}`,
    namespace,
    package: name,
    version,
    world,
    docs,
    imports,
    exports,
    declarations: Object.freeze(declarations.list),
  });
}

function declare(
  id: string,
  world: string,
  imports: Items,
  exports: Items,
  owners: ReadonlyMap<NamedType, string | undefined> | undefined,
): Declarations {
  const offers = offeredResources(id, imports, exports);
  const visits = visitingOrder(id, imports, exports, offers);
  const settled = new Map<NamedType, string | undefined>(owners);
  for (const [resource, { owner }] of offers) settled.set(resource, owner);
  if (owners === undefined) {
    const shared = freeName(["types", "shared-types", "types-of-world"], world, imports, exports);
    for (const type of sharedTypes(imports, exports, visits, offers)) settled.set(type, shared);
  }
  const declarations = new Declarations(
    id,
    settled,
    new Set(visits.filter(({ side }) => side === "exports").map(({ owner }) => owner)),
  );
  for (const { key, owner, item } of visits) {
    for (const [memberKey, member] of Object.entries(item.members)) {
      const path = `${key}.${memberKey}`;
      if (member.kind === "resource") declarations.declare(member, owner, path);
      else declarations.func(member, owner, `${path}()`);
    }
  }
  for (const [sideName, side] of [
    ["imports", imports],
    ["exports", exports],
  ] as const) {
    for (const [key, item] of Object.entries(side)) {
      if (item.kind === "interface") continue;
      if (item.kind === "resource") declarations.declare(item, undefined, key);
      else {
        for (const type of reachedResources(functionTypes(item)))
          expectOffer(id, `${sideName}.${key}()`, type, offers, sideName);
        declarations.func(item, undefined, `${key}()`);
      }
    }
  }
  for (const { side, key, owner, item } of visits) {
    declarations.checkNames(owner, Object.entries(item.members), `${side}.${key}`);
  }
  declarations.checkNames(undefined, Object.entries(imports), "imports");
  expectFinite(
    id,
    declarations.list.map(({ type }) => type),
  );
  for (const { type } of declarations.list) {
    if (type.kind === "resource") expectOffer(id, type.name, type, offers, "exports");
  }
  return declarations;
}

function freeName(candidates: readonly string[], world: string, imports: Items, exports: Items): string {
  const taken = new Set([...Object.keys(imports), ...Object.keys(exports)].map(kebab).concat(world));
  let name = candidates.find((candidate) => !taken.has(candidate));
  for (let base = candidates.at(-1)!; name === undefined; base += "-x") if (!taken.has(`${base}-x`)) name = `${base}-x`;
  return name;
}
