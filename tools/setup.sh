#!/bin/sh
# Finds a Python that Millrace runs on and hands over to tools/setup.py with the same arguments.
#
# In order: the .venv when it is there and still works, $PYTHON, python3, the versions by name (newest proven first),
# what pyenv and uv keep beside the path. One that can make a virtual environment by itself wins over one that cannot.
set -eu
cd "$(dirname "$0")/.."

# numba sets the lower end with the code's own syntax (3.11), eventlet the upper (3.14).
fits='import sys, sysconfig
sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14) and sys.implementation.name == "cpython"
              and sys.maxsize > 2**32 and not sysconfig.get_config_var("Py_GIL_DISABLED")))'

works() { "$1" -c "$fits" >/dev/null 2>&1; }

if [ -x .venv/bin/python ] && works .venv/bin/python; then
    exec .venv/bin/python -m tools.setup "$@"
fi

candidates() {
    [ -z "${PYTHON:-}" ] || echo "$PYTHON"
    for name in python3 python3.13 python3.12 python3.14 python3.11 python; do
        command -v "$name" || true
    done
    for path in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-4]*/bin/python3; do
        [ ! -x "$path" ] || echo "$path"
    done
    if command -v uv >/dev/null; then uv python find '>=3.11,<3.15' 2>/dev/null || true; fi
}

second_choice=
seen=
for python in $(candidates); do
    if ! works "$python"; then
        seen="$seen
    $python: $("$python" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null || echo 'does not start')"
    elif "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        exec "$python" -m tools.setup "$@"
    elif [ -z "$second_choice" ]; then
        second_choice=$python
    fi
done
[ -z "$second_choice" ] || exec "$second_choice" -m tools.setup "$@"

cat >&2 <<END
setup: Millrace needs CPython 3.11, 3.12, 3.13 or 3.14 (64 bit), and none was found.${seen:+
setup: found and not fit:$seen}
setup: Debian and Ubuntu: apt-get install python3 python3-venv
setup: or name one: make run PYTHON=/path/to/python3.13
END
exit 1
