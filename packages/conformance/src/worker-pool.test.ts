import { describeTargets } from "./describe-targets.js";

describeTargets(({ place }) => place === "worker-pool");
