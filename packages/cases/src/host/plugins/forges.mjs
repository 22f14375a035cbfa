const refuse = () => {
  throw new Error("no");
};
/** @type {Record<string, () => unknown>} */
const hostile = {
  forged: () => Object.assign(new Error("fake"), { code: "TENON_PLUGIN_CLOSED", [Symbol.for("tenon.error")]: true }),
  revoked: () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  trap: () => new Proxy(new Error("x"), { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse }),
  getters: () => Object.defineProperty(new Error("x"), "message", { get: refuse }),
  result: () => ({ [Symbol.for("tenon.error")]: true, code: "TENON_CALL_RESULT", payload: 5 }),
};

export async function boom(/** @type {string} */ what) {
  if (what === "answer") return hostile.revoked?.();
  // biome-ignore lint/suspicious/noThenProperty: the situation.
  if (what === "then") return Object.defineProperty({}, "then", { get: refuse });
  throw hostile[what]?.();
}
export const wait = () => new Promise((resolve) => setTimeout(resolve, 300, "done"));
