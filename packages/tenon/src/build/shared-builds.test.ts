import { expect, test } from "vitest";
import { SharedBuilds } from "./shared-builds.js";

/** A build that ends when it is told to, or when its signal is aborted. */
function controlled() {
  const { promise, resolve } = withResolvers<string>();
  const seen: { signal: AbortSignal; progress: (step: string) => void }[] = [];
  const build = (options: { signal: AbortSignal; progress: (step: string) => void }) => {
    seen.push(options);
    options.signal.addEventListener("abort", () => rejected.reject(options.signal.reason));
    return Promise.race([promise, rejected.promise]);
  };
  const rejected = withResolvers<never>();
  rejected.promise.catch(() => {});
  return { build, finish: resolve, seen };
}

test("callers with the same key share a build and hear of its steps", async () => {
  const builds = new SharedBuilds<string>({ stops: true });
  const { build, finish, seen } = controlled();
  const steps: string[] = [];
  const one = builds.run("k", "p.c", { progress: (step) => steps.push(`one ${step}`) }, build);
  const other = builds.run("k", "p.c", { progress: (step) => steps.push(`other ${step}`) }, build);
  seen[0]?.progress("linking");
  finish("built");
  expect(await Promise.all([one, other])).toEqual(["built", "built"]);
  expect(steps).toEqual(["one linking", "other linking"]);
  expect(seen).toHaveLength(1);
  expect(await builds.run("k", "p.c", {}, async () => "again")).toBe("again");
});

test("a build goes on while one of its callers waits, and stops with the last", async () => {
  const builds = new SharedBuilds<string>({ stops: true });
  const { build, seen } = controlled();
  const [first, last] = [new AbortController(), new AbortController()];
  const one = builds.run("k", "p.c", { signal: first.signal }, build);
  const other = builds.run("k", "p.c", { signal: last.signal }, build);
  first.abort();
  await expect(one).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE", subject: "p.c" });
  expect(seen[0]?.signal.aborted).toBe(false);
  last.abort();
  await expect(other).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  expect(seen[0]?.signal.aborted).toBe(true);
});

test("a build that is being stopped is not shared with a later caller", async () => {
  const builds = new SharedBuilds<string>({ stops: false });
  const controller = new AbortController();
  const one = builds.run("k", "p.c", { signal: controller.signal }, () => new Promise(() => {}));
  controller.abort();
  await expect(one).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  expect(await builds.run("k", "p.c", {}, async () => "later")).toBe("later");
});

test("a failure reaches every caller, and is not kept", async () => {
  const builds = new SharedBuilds<string>({ stops: true });
  const fail = async () => {
    throw new Error("no compiler");
  };
  const both = [builds.run("k", "p.c", {}, fail), builds.run("k", "p.c", {}, fail)];
  for (const each of both) await expect(each).rejects.toThrow("no compiler");
  expect(await builds.run("k", "p.c", {}, async () => "built")).toBe("built");
});

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
