/** The instructions in the first comment of a test that can run here. */
export interface Recipe {
  readonly kind: string;
  /** Flags of the compiler. */
  readonly compiler: readonly string[];
  /** Flags of the linker. */
  readonly linker: readonly string[];
  /** Arguments of the program. */
  readonly words: readonly string[];
  /** Further files of the package. */
  readonly further: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly reason?: undefined;
}

/** A test that cannot run here. */
export interface Unrunnable {
  readonly reason: string;
}

export interface Package {
  readonly path: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly imports: readonly string[];
}

export interface GoTest extends Omit<Recipe, "reason"> {
  readonly name: string;
  readonly packages: readonly Package[];
  /** The root of Go's source tree, which contains the tests. */
  readonly tree: string;
  readonly title: string;
  /** What the test must print. */
  readonly expected: string;
}

/** Why a test failed. */
export interface Failure {
  readonly kind: string;
  readonly text: string;
}
