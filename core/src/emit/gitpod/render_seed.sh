# The Installer derives generated credentials from a seed. A new seed would lock MinIO and the registry out of their own data,
# so it is kept beside this script. Keep it secret, and back it up.
seed=$here/render-seed
new_seed() {
  (umask 077 && od -An -N7 -tu8 /dev/urandom | tr -d ' ' >"$seed")
}
# Installers built with a newer Go take no seed without this word, and older ones pass it over.
export GODEBUG="randseednop=0${GODEBUG:+,$GODEBUG}"

