# A Django of its own, from PyPI. To be sourced after install.sh by scripts that `set -euo pipefail`.
#
#   django_python [VERSION]    prints the Python of a virtual environment with Django VERSION (default: 5.2), argon2-cffi and bcrypt;
#                              makes it in .build/django-VERSION unless it is there

django_python() {
    local version=${1:-5.2} folder
    folder=$PWD/.build/django-$version
    if ! [ -e "$folder/complete" ]; then
        # In $(...) bash does not heed `set -e`.
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages "to run Django" python3-venv >&2 || return
        echo "Installing Django $version into $folder" >&2
        rm -rf "$folder" && python3 -m venv "$folder" >&2 \
            && "$folder/bin/pip" --quiet --disable-pip-version-check install "Django==$version.*" argon2-cffi bcrypt >&2 \
            && touch "$folder/complete" || return
    fi
    echo "$folder/bin/python"
}
