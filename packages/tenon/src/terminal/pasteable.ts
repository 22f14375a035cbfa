/**
 * Returns a command as the user can paste it: where npx, npm or another package manager started this program, `tenon` is
 * installed in a project and not on the PATH.
 */
export function pasteable(command: string, environment: NodeJS.ProcessEnv = process.env): string {
  return environment.npm_execpath === undefined ? command : command.replace(/^tenon /, "npx tenon ");
}
