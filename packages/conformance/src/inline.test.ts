import { describeTargets } from "./describe-targets.js";

describeTargets(({ place }) => place === "inline");
