#!/bin/sh
# The page's own checks: types from its JSDoc, lint, and its unit tests. They need Node.js; Millrace itself does not.
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo "javascript: no Node.js with npm here: the page's types, lint and unit tests are left out" >&2
    exit 0
fi

# Installed again when what it is asked to install has changed; the record is written last.
record=node_modules/.millrace-setup
wanted=$(cat package.json package-lock.json 2>/dev/null | cksum)
if [ "$(cat "$record" 2>/dev/null)" != "$wanted" ]; then
    echo "javascript: installing the checkers" >&2
    if [ -f package-lock.json ]; then install=ci; else install=install; fi
    npm "$install" --no-audit --no-fund --loglevel=error
    wanted=$(cat package.json package-lock.json 2>/dev/null | cksum)
    echo "$wanted" >"$record"
fi

npx --no-install tsc --noEmit -p .
npx --no-install eslint --max-warnings=0 static tests/js
node --test tests/js
