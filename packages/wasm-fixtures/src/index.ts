export { type FixtureName, fixture, fixtureMissing, fixtureNames } from "./fixture.js";
