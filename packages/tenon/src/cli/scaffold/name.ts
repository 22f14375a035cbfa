import { basename, resolve } from "node:path";
import { usageError } from "../command-failure.js";

// What npm takes for a package's name, without a scope.
const nameForm = /^[a-z0-9][a-z0-9._-]{0,213}$/;

/** The name of what is made: as given, or made of the folder's. @throws a usage error that proposes a name that would do. */
export function chooseName(given: string | undefined, folder: string): string {
  const name = given ?? slug(basename(resolve(folder)));
  if (nameForm.test(name)) return name;
  const proposal = slug(name);
  throw usageError(
    `"${given ?? basename(resolve(folder))}" cannot be a name: expected lower-case letters, digits and hyphens`,
    {
      text: "Give another name.",
      command: `--name ${nameForm.test(proposal) ? proposal : "hello"}`,
    },
  );
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|-+$/g, "");
}
