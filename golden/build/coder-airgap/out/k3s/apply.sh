#!/bin/sh
set -eu
# Applies the manifests to kubectl's current cluster: namespaces, secrets, charts, then the certificate.
# It can be run again at any time.
here=$(cd "$(dirname "$0")/.." && pwd)
field_manager=gkc
wait_for=${GKC_WAIT:-600}

say() { echo "gkc: $*" >&2; }

apply() {
  for file in "$@"; do
    if [ ! -e "$file" ] && [ -e "$file.tftpl" ]; then
      say "$file contains values that only Terraform knows: apply the module's output of that name instead"
      exit 1
    fi
    [ -e "$file" ] || continue
    say "applying ${file#"$here"/}"
    kubectl apply --server-side --force-conflicts --field-manager="$field_manager" -f "$file"
  done
}

# wait_until WHAT COMMAND...: repeats the command until it succeeds; fails after $wait_for seconds.
wait_until() {
  what=$1
  shift
  deadline=$(($(date +%s) + wait_for))
  until "$@" >/dev/null 2>&1; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      say "timed out after $wait_for seconds waiting for $what"
      exit 1
    fi
    sleep 5
  done
  say "$what: ready"
}

apply "$here/k3s/manifests/gkc-00-namespaces.yaml"
apply "$here/k3s/manifests/gkc-05-mirror-ca.yaml"
apply "$here/secrets/cert-manager.yaml"
apply "$here/secrets/coder.yaml"
apply "$here/k3s/manifests/gkc-10-cert-manager.yaml"
wait_until 'cert-manager: its CRDs' kubectl get crd/certificates.cert-manager.io
wait_until 'cert-manager: its webhook' kubectl -n cert-manager rollout status deploy/cert-manager-webhook --timeout=10s
apply "$here/k3s/manifests/gkc-20-issuer.yaml" "$here/k3s/manifests/gkc-21-certificate.yaml"
wait_until 'the certificate' kubectl -n coder wait --for=condition=Ready certificate/coder-tls --timeout=10s
apply "$here/k3s/manifests/gkc-25-traefik.yaml" "$here/k3s/manifests/gkc-30-network-policy.yaml"
apply "$here/k3s/manifests/gkc-31-database.yaml"
wait_until 'PostgreSQL' kubectl -n coder rollout status statefulset/postgres --timeout=10s
apply "$here/k3s/manifests/gkc-40-database-backup.yaml"
apply "$here/k3s/manifests/gkc-41-workspaces.yaml"
runs=$(kubectl -n coder get deploy/coder --ignore-not-found -o name)
apply "$here/k3s/manifests/gkc-50-coder.yaml"
if [ -n "$runs" ]; then kubectl -n coder rollout restart deploy/coder; fi
wait_until 'Coder' kubectl -n coder rollout status deploy/coder --timeout=10s
namespace=coder
job=coder-owner
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
apply "$here/k3s/manifests/gkc-60-ingress.yaml"
say 'done'
