#!/bin/sh
set -eu
# Validates the Installer config and renders Gitpod's manifests to standard output.
# usage: render.sh [CONFIG]   (default: installer-config.yaml beside this script)
here=$(cd "$(dirname "$0")" && pwd)
config=${1:-$here/installer-config.yaml}
installer=${GITPOD_INSTALLER:-gitpod-installer}

if [ ! -e "$config" ]; then
  echo "gkc: $config does not exist; if it depends on Terraform, pass a file with the module's output gitpod_config" >&2
  exit 1
fi

# The Installer derives generated credentials from a seed. A new seed would lock MinIO and the registry out of their own data,
# so it is kept beside this script. Keep it secret, and back it up.
seed=$here/render-seed
new_seed() {
  (umask 077 && od -An -N7 -tu8 /dev/urandom | tr -d ' ' >"$seed")
}
# Installers built with a newer Go take no seed without this word, and older ones pass it over.
export GODEBUG="randseednop=0${GODEBUG:+,$GODEBUG}"

"$installer" validate config --config "$config" >&2
[ -s "$seed" ] || new_seed
"$installer" render --config "$config" --namespace gitpod --use-experimental-config --seed "$(cat "$seed")"
