/** The README of a new plugin. */
export function pluginReadme(name: string, after: string): string {
  return `# ${name}

A plugin for [Tenon](https://www.npmjs.com/package/tenon) hosts that speak the contract \`example:greeter@1.0.0\`.

\`\`\`sh
npm install
npx tenon check .                     # does it fit its contract?
npx tenon check . --contract host.wit # does it fit the host's?
npx tenon run . greet Ada             # call a function
npx tenon run . greet Ada --watch     # and again on every change
npx tenon run . greet Ada --settings '{"greeting": "Welcome"}'
npx tenon run . greet Ada --inspect   # with a debugger
\`\`\`

${after}`;
}
