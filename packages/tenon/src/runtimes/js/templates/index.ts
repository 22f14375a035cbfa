import type { Template, TemplateKind } from "../../../contributions/index.js";
import { javascriptHost, typescriptHost } from "./host.js";
import { javascriptPlugin } from "./plugin-javascript.js";
import { typescriptPlugin } from "./plugin-typescript.js";

type Templates = Readonly<Record<TemplateKind, Template>>;

export const typescript: Templates = { plugin: typescriptPlugin, host: typescriptHost };
export const javascript: Templates = { plugin: javascriptPlugin, host: javascriptHost };
