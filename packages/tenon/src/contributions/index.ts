/** What kinds of plugins tell the command line about themselves. */
export type {
  CommandArgument,
  CommandOption,
  ContributedCommand,
  GivenWords,
  OpeningOption,
} from "./command.js";
export type { CommandContext, CommandOutput, OpenedPlugin, OpenRequest } from "./context.js";
export type {
  BuildNotes,
  ContributedCheck,
  Contribution,
  InspectView,
  LanguageTemplates,
  PluginFiles,
  RunDefaults,
  RuntimeOption,
  Template,
  TemplateKind,
  TemplateValues,
} from "./contribution.js";
