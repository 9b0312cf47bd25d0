# Progress goes to the log and to a status file; the last line of the file is the current state.
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
# retry TIMES PAUSE COMMAND...: bounded, because a machine that waits forever looks healthy.
retry() {
  times=$1 pause=$2
  shift 2
  until "$@"; do
    times=$((times - 1))
    [ "$times" -gt 0 ] || return 1
    sleep "$pause"
  done
}
