# What bench and test share: to be sourced, not run. Sets `caller_folder` and `repository`, and goes
# to the latter.
# shellcheck shell=bash

# shellcheck disable=SC2034 # used where this file is sourced
caller_folder=$PWD
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository" || exit 2

# One line on stderr, then exit status 2: an input or the machine is at fault.
fail() {
  echo "error: $*" >&2
  exit 2
}

# Progress goes to stderr, so that stdout holds the outcome alone.
say() { echo "== $*" >&2; }

# The packages of the named sections of packages.txt, one a line.
packages_of() {
  local section
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/p" scripts/packages.txt | sed 's/#.*//; s/[[:space:]]*$//' |
      grep -v -e '^\[' -e '^$' || fail "scripts/packages.txt has no section [$section]"
  done
}

# Those of the packages named that are not installed, one a line.
missing_of() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

# Runs apt-get as root, quietly: what it says goes to build/apt.log.
as_root_apt_get() {
  local elevate=()
  if ((EUID != 0)); then
    elevate=(sudo)
    [[ -t 0 ]] || elevate+=(--non-interactive)
  fi
  mkdir -p build
  "${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "$@" \
    >>build/apt.log 2>&1 </dev/null
}

# Those of the packages named that apt-get alone can't provide, one a line.
unobtainable_of() {
  local package
  for package in "$@"; do
    apt-get --simulate install "$package" >/dev/null 2>&1 || echo "$package"
  done
}

# Installs what is missing of the named sections of packages.txt; touches nothing, not even apt's
# lists, where nothing is.
install_packages() {
  local wanted missing refused
  mapfile -t wanted < <(packages_of "$@")
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "apt-get is not here: install the like of these Debian packages and pass --no-install: ${wanted[*]}"
  fi
  mapfile -t missing < <(missing_of "${wanted[@]}")
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    fail "neither root nor sudo: have an administrator run: apt-get install ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  as_root_apt_get update || say "apt-get update failed (build/apt.log); trying the lists there are"
  as_root_apt_get install --no-install-recommends "${missing[@]}" && return
  mapfile -t refused < <(unobtainable_of "${missing[@]}")
  ((${#refused[@]} > 0)) || mapfile -t refused < <(missing_of "${missing[@]}")
  fail "apt-get can't install ${refused[*]:-${missing[*]}} (build/apt.log says why)"
}

# Configures a preset, further arguments going to cmake. An existing build folder keeps its generator.
configure_preset() {
  if command -v ninja >/dev/null; then
    export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
  fi
  cmake --preset "$@" >&2
}

# Builds a preset that is configured, further arguments going to cmake --build.
build_preset() { cmake --build --preset "$@" --parallel "$(nproc)" >&2; }
