// What a plugin throws must reach the host with its properties, and with the same text in every place.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const demo = contract("demo:throws@1.0.0", {
  exports: {
    run: t.func([["what", t.string]], t.string, { async: true }),
    wait: t.func([], t.string, { async: true }),
    seen: t.func([], t.string),
  },
});
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/throws.mjs", demo, { place });
  const thrown = async (/** @type {string} */ what) =>
    plugin.exports.run(what).then(
      () => undefined,
      (/** @type {any} */ error) => error,
    );
  const file = await thrown("file");
  const { code, errno, path, syscall } = file.cause;
  expect(
    `${place}: a missing file`,
    { message: file.message, code, errno, path, syscall },
    {
      message: "run() threw: ENOENT: no such file or directory, open '/nowhere'",
      code: "ENOENT",
      errno: -2,
      path: "/nowhere",
      syscall: "open",
    },
  );
  const aggregate = await thrown("aggregate");
  expect(
    `${place}: an AggregateError`,
    aggregate.cause.errors?.map((/** @type {Error} */ error) => `${error.name}: ${error.message}`),
    ["Error: a", "TypeError: b"],
  );
  const object = await thrown("object");
  expect(`${place}: an object`, [object.message, object.cause], ["run() threw: { status: 404 }", { status: 404 }]);
  const controller = new AbortController();
  const call = plugin.with({ signal: controller.signal }).wait();
  await plugin.exports.seen();
  controller.abort({ status: 499 });
  await call.catch(() => {});
  expect(`${place}: why a call was cancelled, in the plugin`, JSON.parse(await plugin.exports.seen()), [
    "TENON_CALL_ABORTED",
    "wait() was cancelled by its caller",
    { status: 499 },
  ]);
  await host.close();
}
done();
