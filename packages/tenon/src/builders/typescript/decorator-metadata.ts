import { decoratorMetadata } from "../../errors/factories/script-build.js";
import type { Finding } from "../../errors/index.js";
import { withoutComments } from "./without-comments.js";

const decorator = /(?:^|[\s;{}(),])@[\p{ID_Start}$_]/mu;

/** Whether a TypeScript file may have decorators. Text in strings counts as well. */
export function mayHaveDecorators(text: string): boolean {
  return text.includes("@") && decorator.test(withoutComments(text));
}

/** What {@link checkMetadata} found, and the absolute paths of the configurations that it read. */
export interface MetadataCheck {
  readonly findings: readonly Finding[];
  readonly configurations: readonly string[];
}

/**
 * Reports files with decorators whose tsconfig.json asks for the types of what they decorate: esbuild compiles files one by one
 * and cannot know these types.
 *
 * @param files absolute paths.
 */
export async function checkMetadata(files: ReadonlySet<string>): Promise<MetadataCheck> {
  if (files.size === 0) return { findings: [], configurations: [] };
  const { getTsconfig } = await import("get-tsconfig");
  const findings: Finding[] = [];
  const configurations = new Set<string>();
  const known = new Map();
  for (const file of files) {
    let found: ReturnType<typeof getTsconfig>;
    try {
      found = getTsconfig(file, "tsconfig.json", known);
    } catch {
      continue; // esbuild reports a configuration that cannot be read.
    }
    if (found === null) continue;
    configurations.add(found.path);
    const { emitDecoratorMetadata, experimentalDecorators } = found.config.compilerOptions ?? {};
    if (emitDecoratorMetadata === true && experimentalDecorators === true)
      findings.push(decoratorMetadata(file, found.path));
  }
  return { findings, configurations: [...configurations] };
}
