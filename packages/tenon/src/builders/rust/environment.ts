/**
 * The environment variables that cargo sees: where it keeps its own files, how it reaches the registry, which release of
 * Rust to use. None that would change its output (RUSTFLAGS, CARGO_TARGET_DIR, CARGO_PROFILE_…), and no token.
 */
const passed =
  /^(?:PATH|PATHEXT|ComSpec|HOME|TMPDIR|TEMP|TMP|SystemRoot|SystemDrive|USERPROFILE|LOCALAPPDATA|APPDATA|ProgramData|XDG_CACHE_HOME|CARGO_HOME|CARGO_(?:NET|HTTP|SOURCE)_.*|CARGO_REGISTRIES_.*_INDEX|RUSTUP_.*|SSL_CERT_(?:FILE|DIR)|(?:https?|no|all)_proxy)$/i;

export function cargoEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {
    LC_ALL: "C",
    CARGO_TERM_COLOR: "never",
    // The progress bar says how many crates there are: see progress.ts.
    CARGO_TERM_PROGRESS_WHEN: "always",
    CARGO_TERM_PROGRESS_WIDTH: "120",
  };
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && passed.test(name)) environment[name] = value;
  return environment;
}
