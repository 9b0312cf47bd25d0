# Validates the Installer config and renders Gitpod's manifests to standard output.
# usage: render.sh [CONFIG]   (default: installer-config.yaml beside this script)
here=$(cd "$(dirname "$0")" && pwd)
config=${1:-$here/installer-config.yaml}
installer=${GITPOD_INSTALLER:-gitpod-installer}

if [ ! -e "$config" ]; then
  echo "gkc: $config does not exist; if it depends on Terraform, pass a file with the module's output gitpod_config" >&2
  exit 1
fi

