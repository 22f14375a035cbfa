import { basename, resolve } from "node:path";
import { nameInvalid } from "../../errors/factories/scaffold.js";
import { shellPath } from "../../errors/shell-word.js";
import type { Answers } from "./ask.js";

// What npm accepts as a package's name, without a scope.
const validName = /^[a-z0-9][a-z0-9._-]{0,213}$/;

/** Returns the name as given, or a name made from the folder's. @throws TENON_USAGE, which proposes a valid name */
export function chooseName(given: string | undefined, { kind, folder, language }: Answers): string {
  const name = given ?? slug(basename(resolve(folder)));
  if (validName.test(name)) return name;
  const proposal = validName.test(slug(name)) ? slug(name) : "hello";
  throw nameInvalid(
    given ?? basename(resolve(folder)),
    `tenon new ${kind} ${shellPath(folder)} --language ${language} --name ${proposal}`,
  );
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|-+$/g, "");
}
