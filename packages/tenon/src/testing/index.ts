/**
 * For authors of runtimes and places: the conformance suite, and fakes for tests. See docs/writing-a-runtime.md.
 */
export { memoryChannelPair } from "../rpc/index.js";
export type { FakeInstance } from "./fake-instance.js";
export { type FakeContext, type FakePlugin, type FakeRuntime, fakeRuntime } from "./fake-runtime.js";
export { type FrameDirection, type SerialisedPlaceOptions, serialisedPlace } from "./serialised-place.js";
export {
  type ConformanceOptions,
  conformanceCases,
  openSuite,
  type Result,
  runConformance,
  type Suite,
} from "./suite.js";
export type { Case, CaseContext, CaseOptions } from "./target/case.js";
export {
  type DataFeature,
  type DataSink,
  type DataSinkImplementation,
  dataSink,
  dataSinkOf,
} from "./target/data-sink.js";
export { type Feature, featureTitles, suiteFeatures } from "./target/features.js";
export { createHostSide, type HostBucket, type HostSide } from "./target/host-side.js";
export {
  brokenSink,
  type KitchenSink,
  type KitchenSinkHost,
  type KitchenSinkImplementation,
  type KitchenSinkImports,
  kitchenSink,
  olderSink,
  sinkWithout,
} from "./target/kitchen-sink.js";
export { sameValue, sampleValues } from "./target/sample-values.js";
export {
  type ArtifactName,
  type Artifacts,
  type Capabilities,
  everythingOffered,
  type Fixture,
  type NotOffered,
  type Target,
} from "./target/target.js";
