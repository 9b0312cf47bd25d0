#!/bin/sh
# Installs a release of gkc for Linux: downloads the archive, compares its checksum, and puts the binary into a directory.
#
#   GKC_VERSION   the release, such as v0.1.0; the latest if it is not set
#   GKC_BIN       the directory for the binary; ~/.local/bin if it is not set
#   GKC_RELEASES  where archives are, without the release
set -eu

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

releases=${GKC_RELEASES:-https://github.com/gkc-dev/gkc/releases}
bin=${GKC_BIN:-$HOME/.local/bin}
case $(uname -s) in
Linux) ;;
*) fail "no archive for $(uname -s): install Rust, and run \`cargo install --locked --git https://github.com/gkc-dev/gkc gkc\`" ;;
esac
case $(uname -m) in
x86_64) arch=x86_64 ;;
aarch64 | arm64) arch=aarch64 ;;
*) fail "no archive for $(uname -m)" ;;
esac
if [ -n "${GKC_VERSION:-}" ]; then
    from=$releases/download/$GKC_VERSION
else
    from=$releases/latest/download
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=gkc-$arch-linux.tar.gz
for file in "$archive" SHA256SUMS; do
    curl -fsSL --retry 3 -o "$work/$file" "$from/$file" || fail "cannot download $from/$file"
done
grep " $archive\$" "$work/SHA256SUMS" >"$work/sum" || fail "SHA256SUMS does not list $archive"
(cd "$work" && sha256sum -c sum >/dev/null) || fail "the checksum of $archive is wrong"
tar -xzf "$work/$archive" -C "$work"
mkdir -p "$bin"
# At once, also where an older one runs.
cp "$work/gkc-$arch-linux/gkc" "$bin/.gkc-new"
mv "$bin/.gkc-new" "$bin/gkc"
"$bin/gkc" --version
case :$PATH: in
*":$bin:"*) ;;
*) echo "add $bin to PATH" ;;
esac
