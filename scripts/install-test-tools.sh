#!/usr/bin/env bash
# Installs what some tests compare with and Node does not bring: cross compilers, musl, an old Go, an emulator, compilers
# to WebAssembly. A test whose tool is missing says so and is skipped; nothing of Tenon itself needs any of them.
set -u
packages=(
  gcc libc6-dev
  gcc-i686-linux-gnu libc6-dev-i386-cross
  gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
  musl-tools
  golang-1.19-go
  clang lld wasi-libc
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "test tools: all installed"
elif command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  echo "test tools: installing ${missing[*]}"
  log=$(mktemp)
  apt-get update >"$log" 2>&1
  for package in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" >>"$log" 2>&1 ||
      echo "test tools: $package cannot be installed; its tests are skipped"
  done
  # What clang links into every program has the version of clang in its name.
  version=$(clang -dumpversion 2>/dev/null | cut -d. -f1)
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "libclang-rt-$version-dev-wasm32" >>"$log" 2>&1 ||
    echo "test tools: clang has no run time for WebAssembly; tests of C plugins are skipped"
  rm -f "$log"
else
  echo "test tools: missing ${missing[*]}; their tests are skipped (install them with your system's package tool)"
fi
# Plugins in Rust: Rust's own standard library for each kind of WebAssembly.
if command -v rustup >/dev/null; then
  rustup target add wasm32-unknown-unknown wasm32-wasip1 wasm32-wasip2 >/dev/null 2>&1 ||
    echo "test tools: Rust's targets for WebAssembly cannot be had; tests of plugins in Rust are skipped"
else
  echo "test tools: there is no rustup; tests of plugins in Rust are skipped"
fi
# The parsers that Prometheus's own Python client has for what it scrapes.
if command -v python3 >/dev/null && ! python3 -c "import prometheus_client" 2>/dev/null; then
  python3 -m pip install --quiet --disable-pip-version-check prometheus-client >/dev/null 2>&1 ||
    echo "test tools: prometheus-client cannot be installed for python3; tests that parse metrics with it are skipped"
fi
exit 0
