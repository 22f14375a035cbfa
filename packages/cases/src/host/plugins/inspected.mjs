import inspector from "node:inspector";

/** The name under which a debugger lists this process, and its name in a list of processes. */
export async function run() {
  inspector.open(0, "127.0.0.1");
  const { host } = new URL(/** @type {string} */ (inspector.url()));
  const [target] = /** @type {{ title: string }[]} */ (await (await fetch(`http://${host}/json/list`)).json());
  inspector.close();
  return `${target?.title} | ${process.title} | ${process.argv.length} ${process.execArgv.length}`;
}
