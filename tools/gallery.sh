#!/usr/bin/env bash
# Draws the pictures of the viewer in assets/pictures: some without a screen, some a window on a virtual one, brought there by
# the command line and by keys. Needs Xvfb, xdotool, ImageMagick, a Vulkan driver, and the models of DATA (a folder with ifc/duplex_A.ifc and
# ifc/schependomlaan; ../shared/data unless stated).
#
# usage: [DATA=DIR] tools/gallery.sh [groma-viewer [NAME …]]
set -euo pipefail
cd "$(dirname "$0")/.."
viewer=${1:-target/release/groma-viewer}
[ $# -eq 0 ] || shift
wanted=" $* "
data=${DATA:-../shared/data}
out=assets/pictures
export GROMA_CONFIG_DIR=
# A machine without a graphics card draws slowly.
patience=${PATIENCE:-15}

exec 3< <(exec Xvfb -displayfd 1 -screen 0 1400x880x24 -nolisten tcp -noreset 2>/dev/null)
server=$!
read -r number <&3
export DISPLAY=":$number"
trap 'kill "$server" 2>/dev/null || true' EXIT

# picture NAME ARGUMENTS -- KEYS: opens files, sends keys one after the other, keeps what is seen.
picture() {
    local name=$1
    shift
    [ "$wanted" = "  " ] || [[ "$wanted" == *" $name "* ]] || return 0
    local arguments=() window
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        arguments+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    "$viewer" "${arguments[@]}" --size 1400x880 &
    local program=$!
    window=$(xdotool search --sync --name 'elements - groma' | head -1)
    xdotool windowfocus --sync "$window"
    sleep "$patience"
    for key in "$@"; do
        case $key in
        click:*)
            local place=${key#click:}
            xdotool mousemove --window "$window" "${place% *}" "${place#* }" click 1
            ;;
        type:*) xdotool type "${key#type:}" ;;
        *) xdotool key "$key" ;;
        esac
        sleep 3
    done
    sleep "$patience"
    import -window "$window" png:- | convert - -resize 1200x -colors 200 "PNG8:$out/$name.png"
    kill "$program"
    wait "$program" 2>/dev/null || true
}

# shot NAME ARGUMENTS: a picture without a window.
shot() {
    local name=$1
    shift
    [ "$wanted" = "  " ] || [[ "$wanted" == *" $name "* ]] || return 0
    "$viewer" "$@" --screenshot "$out/$name.png" --size 1000x628
    mogrify -colors 200 -format png -define png:format=png8 "$out/$name.png"
}

# One of the 42 models is broken: what could be opened is shown, and a panel says what could not.
models=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$models"' EXIT
ln -s "$(realpath "$data")"/ifc/schependomlaan/*.ifc "$models"
printf 'ISO-10303-21;\nHEADER;' >"$models/roof-hatch.ifc"

picture opening "$models"/*.ifc --colour discipline
picture navigation assets/sample --cut=0,0,5.2:0,0,-1 -- 5 7
picture looking "$data/ifc/duplex_A.ifc" --cut=0,-8,1.4:0,0,-1 --colour class --camera=30,50 --select IfcDoor
picture clashes assets/sample --issue 2
picture programme assets/sample --at 2026-05-08T17:00 --seen
picture whatif assets/sample --at 2026-05-20 --compare storm_week
shot film assets/sample --at 2026-06-12
picture manners assets/sample -- ctrl+k 'type:light colours' Return ctrl+k type:colours
