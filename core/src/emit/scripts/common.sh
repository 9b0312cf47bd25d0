# What happened so far, for people and for whoever waits: the last line of the status file is the state.
state=/var/lib/gkc
mkdir -p "$state"
say() {
  echo "gkc: $*"
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*" >>"$state/status"
}
step=start
ended() {
  code=$?
  [ "$code" -eq 0 ] || say "failed at: $step (exit code $code)"
}
trap ended EXIT
begin() {
  step=$*
  say "$step"
}
# retry TIMES PAUSE COMMAND...: bounded, since a machine that waits for ever looks like one that works.
retry() {
  times=$1 pause=$2
  shift 2
  until "$@"; do
    times=$((times - 1))
    [ "$times" -gt 0 ] || return 1
    sleep "$pause"
  done
}
