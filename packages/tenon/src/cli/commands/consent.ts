import { Command } from "commander";
import { consentUnknown } from "../../errors/factories/consent.js";
import { didYouMean } from "../../runtime/nearest.js";
import { type Consent, consentPath, readConsents, writeConsents } from "../grants/consent-file.js";
import { grantItems } from "../grants/grant-text.js";
import type { Output } from "../output/output.js";

/** `tenon consent`: shows and takes back the answers that `tenon run` and `tenon serve` remember. */
export function consentCommand(output: Output): Command {
  return new Command("consent")
    .description("Show or take back what you granted to plugins when tenon run or tenon serve asked.")
    .addHelpText(
      "after",
      `
The answers hold for one content of a plugin and for what its manifest asks for.
They are in tenon/consent.json in your folder for configuration.

Examples:
  tenon consent list
  tenon consent revoke news`,
    )
    .addCommand(listCommand(output))
    .addCommand(revokeCommand(output));
}

function listCommand(output: Output): Command {
  const help = `
Examples:
  tenon consent list
  tenon consent list --json`;
  const command = new Command("list").description("List the remembered answers.").addHelpText("after", help);
  return command.action(async () => {
    const path = consentPath(output.environment);
    const consents = await readConsents(path);
    if (output.json) output.document({ file: path, consents });
    else if (consents.length === 0) output.note(`No answers are remembered in ${path}.`);
    else for (const consent of consents) for (const line of consentLines(consent, output)) output.line(line);
  });
}

function revokeCommand(output: Output): Command {
  return new Command("revoke")
    .description("Forget the answers about a plugin: it is asked about again.")
    .argument("<NAME>", "the plugin's name, path or digest, as tenon consent list shows them")
    .addHelpText(
      "after",
      `
Exits with 2 if no answer is remembered.

Examples:
  tenon consent revoke news`,
    )
    .action(async (wanted: string) => {
      const path = consentPath(output.environment);
      const consents = await readConsents(path);
      const isMeant = ({ name, plugin, digest }: Consent) => [name, plugin, digest].includes(wanted);
      const left = consents.filter((consent) => !isMeant(consent));
      const revoked = consents.length - left.length;
      if (revoked === 0) {
        const known = consents.map(({ name }) => name);
        throw consentUnknown(wanted, didYouMean(wanted, known));
      }
      await writeConsents(path, left);
      if (output.json) output.document({ revoked });
      else output.line(`Forgot ${revoked === 1 ? "one answer" : `${revoked} answers`} about ${wanted}.`);
    });
}

function consentLines({ name, plugin, digest, granted, answer, time }: Consent, output: Output): string[] {
  const { bold, dim } = output.colours;
  const verb = answer === "yes" ? "may" : "may not";
  return [
    `${bold(name)} ${dim(`(${plugin}, ${digest}, ${time.slice(0, 10)})`)}`,
    ...grantItems(granted).map(({ text }) => `  ${verb} ${text}`),
  ];
}
