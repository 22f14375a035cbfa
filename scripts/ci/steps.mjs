/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly [string, ...string[]]} command
 * @property {boolean} [report] The step writes a report of its tests, which are counted one by one.
 * @property {boolean} [optional] A failure is printed and nothing more: what it installs is missing, and tests say so.
 */

/**
 * The stages run one after the other; the lanes of a stage at the same time, each from its first step to its last. What
 * watches the clock has a stage for itself.
 *
 * @type {readonly (readonly (readonly Step[])[])[]}
 */
export const stages = [
  [
    [{ name: "npm ci", command: ["npm", "ci"] }],
    [
      {
        name: "tools that tests compare with",
        command: ["bash", "scripts/install-test-tools.sh"],
        optional: true,
      },
    ],
  ],
  [
    [{ name: "build", command: ["npm", "run", "-s", "build"] }],
    [
      {
        name: "Go's compiler and linker as WebAssembly",
        command: ["node", "scripts/build-go-toolchain.mjs", "--fast"],
        optional: true,
      },
    ],
  ],
  [[{ name: "tests", command: ["npm", "test"], report: true }]],
  [
    [{ name: "conformance", command: ["npm", "run", "-s", "conformance"], report: true }],
    [
      // The lanes take about as long as each other.
      { name: "lint", command: ["npm", "run", "-s", "lint"] },
      { name: "types", command: ["npm", "run", "-s", "typecheck"] },
      { name: "layers", command: ["npm", "run", "-s", "layers"] },
      { name: "wording", command: ["npm", "run", "-s", "wording"] },
      { name: "docs are current", command: ["node", "scripts/generate-docs.mjs", "--check"] },
      { name: "publint", command: ["npx", "--no-install", "publint", "packages/tenon"] },
      { name: "attw", command: ["npx", "--no-install", "attw", "--pack", "packages/tenon", "--profile", "esm-only"] },
      { name: "knip", command: ["npx", "--no-install", "knip"] },
      { name: "main job", command: ["npm", "-s", "start"] },
      { name: "Node 24", command: ["npm", "run", "-s", "test:node-versions", "--", "24"], report: true },
      { name: "Node 26", command: ["npm", "run", "-s", "test:node-versions", "--", "26"], report: true },
      { name: "Go matrix, short", command: ["npm", "run", "-s", "go-matrix", "--", "--quick"] },
      { name: "examples", command: ["npm", "run", "-s", "examples"] },
      { name: "Go's own tests, a sample", command: ["npm", "run", "-s", "go-tests", "--", "--sample", "50"] },
    ],
  ],
  [[{ name: "benchmarks run", command: ["npm", "run", "-s", "bench", "--", "--quick"] }]],
];
