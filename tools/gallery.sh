#!/usr/bin/env bash
# Draws the pictures of the viewer in assets/pictures: each a window on a virtual screen, brought there by the command line
# and by keys. Needs Xvfb, xdotool, ImageMagick and a Vulkan driver.
#
# usage: tools/gallery.sh [groma-viewer]
set -euo pipefail
cd "$(dirname "$0")/.."
viewer=${1:-target/release/groma-viewer}
out=assets/pictures
# A machine without a graphics card draws slowly.
patience=${PATIENCE:-15}

exec 3< <(exec Xvfb -displayfd 1 -screen 0 1400x880x24 -nolisten tcp 2>/dev/null)
server=$!
read -r number <&3
export DISPLAY=":$number"
trap 'kill "$server" 2>/dev/null || true' EXIT

# picture NAME ARGUMENTS -- KEYS: opens the sample, sends keys one after the other, keeps what is seen.
picture() {
    local name=$1
    shift
    local arguments=() window
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        arguments+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    "$viewer" assets/sample "${arguments[@]}" --size 1400x880 &
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

picture clash --issue 2
picture section --cut=0,7,0:0,1,0 --colour discipline --camera=12,7,8,20,20,45
picture programme --at 2026-05-08T17:00 --seen
picture whatif --at 2026-05-20 -- ctrl+k type:what-ifs Return 'click:1152 90'
