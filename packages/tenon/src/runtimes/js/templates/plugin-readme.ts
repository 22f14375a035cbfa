/** The README of a new plugin. */
export function pluginReadme(name: string, after: string): string {
  return `# ${name}

A plugin for [Tenon](https://www.npmjs.com/package/tenon) hosts with the contract \`example:greeter@1.0.0\`.

\`\`\`sh
npm install
npx tenon check .                     # check it against its own contract
npx tenon run . greet Ada             # call a function
npx tenon run . greet Ada --watch     # call it again after every change
npx tenon run . greet Ada --settings '{"greeting": "Welcome"}'
npx tenon run . greet Ada --inspect   # debug it
\`\`\`

To check it against a host's contract, add \`--contract FILE\` to \`tenon check\`.

${after}`;
}
