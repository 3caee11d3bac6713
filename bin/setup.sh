# Sourced by the other commands: finds Python, makes .venv, installs what is missing. Needs no root.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed, and none was found."
    exit 1
}

# make_venv FILE: .venv with everything that requirements FILE names; quick when nothing changed.
make_venv() {
    wanted=$1
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' >/dev/null 2>&1; then
        python=$(find_python) || exit 1
        if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            say "This Python cannot make environments: its modules venv and ensurepip are missing."
            say "On Debian and Ubuntu they come with: apt install python3-venv"
            exit 1
        fi
        say "Making .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv || exit 1
    fi
    if ! cat requirements.txt "$wanted" | cmp -s - ".venv/$wanted.installed"; then
        say "Installing what $wanted names (once; about a minute)"
        .venv/bin/python -m pip install -qq --disable-pip-version-check -r "$wanted" || {
            say "Installing failed; the reason stands above. Run this again when it is mended."
            exit 1
        }
        cat requirements.txt "$wanted" >".venv/$wanted.installed"
    fi
}
