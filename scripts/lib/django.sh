# A Django of its own, from PyPI. To be sourced after install.sh by scripts that `set -euo pipefail`.
#
#   django_python [VERSION]    prints the Python of a virtual environment with Django VERSION (default: 5.2), argon2-cffi and bcrypt;
#                              makes it in .build/django-VERSION unless it is there
#   python_for VERSION         prints a Python on this machine that Django VERSION runs on; fails if there is none

django_python() {
    local version=${1:-5.2} folder python
    folder=$PWD/.build/django-$version
    if ! [ -e "$folder/complete" ]; then
        python=$(python_for "$version") \
            || { echo "Django $version needs Python 3.12 or later, and there is none on this machine." >&2; return 1; }
        # In $(...) bash does not heed `set -e`.
        "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages "to run Django" python3-venv >&2 || return
        echo "Installing Django $version into $folder" >&2
        rm -rf "$folder" && "$python" -m venv "$folder" >&2 \
            && "$folder/bin/pip" --quiet --disable-pip-version-check install "Django==$version.*" argon2-cffi bcrypt >&2 \
            && touch "$folder/complete" || return
    fi
    echo "$folder/bin/python"
}

python_for() {
    local oldest=10 candidate
    [ "${1%%.*}" -lt 6 ] || oldest=12
    for candidate in python3 python3.14 python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info < (3, $oldest))" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}
