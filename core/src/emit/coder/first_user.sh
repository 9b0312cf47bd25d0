# owner STATE: `True` once the job is in that state.
owner() { kubectl -n "$namespace" get "job/$job" --ignore-not-found -o "jsonpath={.status.conditions[?(@.type==\"$1\")].status}"; }
owner_ended() { [ -n "$(owner Complete)$(owner Failed)" ]; }
# A failed job never runs again.
if [ -n "$(owner Failed)" ]; then kubectl -n "$namespace" delete "job/$job"; fi
if [ -z "$(kubectl -n "$namespace" get "job/$job" --ignore-not-found -o name)" ]; then
  apply "$here/k3s/manifests/gkc-51-owner.yaml"
fi
wait_until 'the job of the first user' owner_ended
if [ -n "$(owner Failed)" ]; then
  kubectl -n "$namespace" logs "job/$job" --tail=20 >&2 || say 'its pods are gone, and their log with them'
  say "the first user was not created: fix what the log of job/$job says, build again if the configuration changed, then run this script again"
  exit 1
fi
