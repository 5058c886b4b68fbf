# Sourced by emulator/start and tests/run: installs what is missing and builds. Set `root` to the checkout first.

# Installs those packages of the list for the given kinds (build, test) that are not there; says what it does.
install_missing() {
    local kinds=" $* " kind name condition command missing=()
    local installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Abbrev}\n' 2>/dev/null | awk '$2 == "ii" { print $1 }')
    while read -r kind name condition command; do
        case $kind in '' | \#*) continue ;; esac
        [[ $kinds == *" $kind "* ]] || continue
        [[ $condition == unless ]] && command -v "$command" >/dev/null 2>&1 && continue
        grep -qxF -- "$name" <<<"$installed" || missing+=("$name")
    done <"$root/emulator/tools/packages"
    [[ ${#missing[@]} -eq 0 ]] && return 0

    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "These packages are missing; install them as root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing with apt: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        tail -20 "$log" >&2
        rm -f "$log"
        echo "apt could not install them; the lines above say why." >&2
        return 1
    fi
    rm -f "$log"
}

# Configures (once) and builds a preset; quiet unless something is to be done or fails. Further arguments: targets.
build_preset() {
    local preset=$1 folder log
    shift
    case $preset in
    release) folder=$root/build ;;
    *) folder=$root/build-$preset ;;
    esac
    log=$(mktemp)
    if [[ ! -f $folder/build.ninja ]]; then
        echo "Configuring $preset"
        if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            return 1
        fi
    fi
    [[ -f $folder/.ninja_log ]] || echo "Building $preset (about a minute, once)"
    if ! ninja -C "$folder" "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
