#!/usr/bin/env bash
# What the tests need beside Python: Chromium for the journeys, Java for the HTML checker, Node for npm,
# and from npm axe-core and the checker; with the argument "lighthouse" also Lighthouse, for the long tests.
# Installs only what is missing; with nothing missing it does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

java_is_new_enough() {
  local major
  major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  [ "${major:-0}" -ge 11 ]
}

missing=()
[ -x /usr/bin/chromium ] || missing+=(chromium)
java_is_new_enough || missing+=(default-jre-headless)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)

if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installerar ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Testerna behöver också: ${missing[*]}" >&2
    echo "Installera dem som administratör (Debian: apt-get install ${missing[*]}) och kör om." >&2
    exit 1
  fi
fi

# --ignore-scripts: the HTML checker would otherwise download a Java of its own.
fetch() {
  if ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed"; then
    echo "Hämtar $2"
    (cd "$1" && npm ci --ignore-scripts --silent)
    cp "$1/package-lock.json" "$1/node_modules/.installed"
  fi
}

fetch . "axe-core och vnu-jar"
if [ "${1:-}" = lighthouse ]; then
  fetch lighthouse "Lighthouse"
fi
