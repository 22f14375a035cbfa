import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { createHost } from "tenon";
import { contentKey } from "../content-key.js";
import { cacheFolder } from "../folders.js";
import { runTool } from "../run-tool.js";

/** The results of one package's tests, by name. */
export interface GoOutcome {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** The whole output. */
  readonly text: string;
}

const minutes = 60_000;

/** Returns why Go's tests cannot be built here, or `undefined` if they can. */
export function goMissing(): string | undefined {
  return goVersion() === "" ? "go is not installed" : undefined;
}

/**
 * Runs the tests of a package of Go's standard library as a WASI command: built for wasip1 with the installed Go, with a
 * scratch folder as its root, and Go's sources for reading.
 */
export async function runGoTests(name: string): Promise<GoOutcome> {
  const goroot = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout.trim();
  const root = await mkdtemp(join(tmpdir(), "tenon-go-standard-"));
  const lines: string[] = [];
  const host = createHost();
  host.on("log", ({ line }) => void lines.push(line.text));
  try {
    for (const folder of ["tmp", "etc", "dev"]) await mkdir(join(root, folder));
    for (const file of ["passwd", "group", "hosts"]) await copyFile(`/etc/${file}`, join(root, "etc", file));
    const command = await host.open(await build(name), undefined, {
      place: "worker",
      supervision: { restart: false },
      limits: { deadline: 10 * minutes, load: 5 * minutes },
      grants: {
        folders: { "/": { path: root, write: true }, [goroot]: goroot },
        environment: { PWD: join(goroot, "src", name), GOROOT: goroot, TMPDIR: "/tmp", HOME: "/tmp", PATH: "/bin" },
      },
      runtime: { arguments: ["-test.v", "-test.short"] },
    });
    // The output shows which tests failed.
    await command.call("run.run", []).catch((thrown: Error) => lines.push(thrown.message));
    await command.close();
  } finally {
    await host.close();
    await rm(root, { recursive: true, force: true });
  }
  return outcomeOf(lines);
}

function outcomeOf(lines: readonly string[]): GoOutcome {
  const ended = (how: string) => lines.flatMap((line) => new RegExp(`^\\s*--- ${how}: (\\S+)`).exec(line)?.[1] ?? []);
  return { passed: ended("PASS"), failed: ended("FAIL"), skipped: ended("SKIP"), text: lines.join("\n") };
}

/** Builds the package's tests as a module, and returns its path. */
async function build(name: string): Promise<string> {
  const folder = await once(join(cacheFolder, `go-standard-${contentKey([], [goVersion(), name])}`), (unfinished) =>
    runTool("go", ["test", "-c", "-o", join(unfinished, "tests.wasm"), name], {
      cwd: unfinished,
      env: { GOOS: "wasip1", GOARCH: "wasm" },
    }),
  );
  return join(folder, "tests.wasm");
}

function goVersion(): string {
  const { status, stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}
