#!/usr/bin/env bash
# Draws the pictures of the viewer in assets/pictures: each a window on a virtual screen, brought there by the command line
# and by keys. Needs Xvfb, xdotool, ImageMagick, a Vulkan driver, and the models of DATA (a folder with ifc/duplex_A.ifc and
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

# Opening: 42 models of one house, each of its trade.
picture trades "$data"/ifc/schependomlaan/*.ifc --colour discipline
# Navigation: parallel, from above.
picture plan "$data/ifc/duplex_A.ifc" -- 5 7
# Looking: a cut with filled faces, and what is known of what is chosen.
picture section "$data/ifc/duplex_A.ifc" --cut=0,-8,1.4:0,0,-1 --select 'IfcSlab' --colour class --camera=30,50
# Clashes, the programme, what was seen against it, what-ifs.
picture clash assets/sample --issue 2
picture programme assets/sample --at 2026-05-08T17:00 --seen
picture whatif assets/sample --at 2026-05-20 --compare storm_week
# Out: a picture of the build with date and legend, as a film has it.
if [ "$wanted" = "  " ] || [[ "$wanted" == *" film "* ]]; then
    "$viewer" assets/sample --at 2026-06-12 --screenshot "$out/film.png" --size 1200x754
    mogrify -colors 200 -define png:format=png8 "$out/film.png"
fi
# Manners: every command by its name, in light colours.
picture commands assets/sample -- ctrl+k type:light Return ctrl+k type:section
