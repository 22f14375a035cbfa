import { plugin } from "tenon/guest";
import { mailer } from "../../contract.js";

/** What the schema in tenon.json guarantees: the host has validated the settings and filled in the defaults. */
interface Settings {
  readonly server: string;
  readonly port: number;
  readonly security: "none" | "starttls" | "tls";
}

export default plugin(mailer, ({ settings }) => {
  const { server, port, security } = settings as Settings;
  return { signature: (author) => `${author}, by way of ${server}:${port} (${security})` };
});
