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

in_autoscaler() { kubectl -n kube-system get secret gkc-autoscaler -o "jsonpath={.data.$1}" | base64 -d; }

# hetzner PATH OPTION...: asks the API. The token comes on standard input, where no other process sees it.
hetzner() {
  path=$1
  shift
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --silent --show-error --config - --get "$@" "https://api.hetzner.cloud/v1/$path"
}

# A number can be an ID or a name, and the autoscaler tries both, too.
is_at_hetzner() {
  case $2 in
  *[!0-9]*) ;;
  *)
    answer=$(hetzner "$1/$2") || exit 1
    case $answer in *'"id"'*) return 0 ;; esac
    ;;
  esac
  answer=$(hetzner "$1" --data-urlencode "name=$2") || exit 1
  case $answer in *'"id"'*) return 0 ;; esac
  return 1
}

need_at_hetzner() {
  name=$(in_autoscaler "$2")
  if [ -n "$name" ] && ! is_at_hetzner "$1" "$name"; then
    say "the Hetzner project has no '$name' among its $1: create it, or change cluster.autoscaler.hetzner.$2"
    exit 1
  fi
}

# The autoscaler reports no error for what does not exist: its machines then have no firewall, or no private address.
check_hetzner() {
  token=$(in_autoscaler token)
  answer=$(hetzner networks) || exit 1
  case $answer in
  *'"networks"'*) ;;
  *)
    say "Hetzner does not accept cluster.autoscaler.hetzner.token: $answer"
    exit 1
    ;;
  esac
  need_at_hetzner networks network
  need_at_hetzner firewalls firewall
  need_at_hetzner ssh_keys sshKey
  say 'network and firewall of the autoscaler: found'
}

apply "$here/k3s/manifests/gkc-00-namespaces.yaml"
apply "$here/secrets/cert-manager.yaml"
apply "$here/secrets/gitpod.yaml"
apply "$here/secrets/kube-system.yaml"
apply "$here/k3s/manifests/gkc-10-cert-manager.yaml"
wait_until 'cert-manager: its CRDs' kubectl get crd/certificates.cert-manager.io
wait_until 'cert-manager: its webhook' kubectl -n cert-manager rollout status deploy/cert-manager-webhook --timeout=10s
apply "$here/k3s/manifests/gkc-11-trust-manager.yaml"
wait_until 'trust-manager: its CRDs' kubectl get crd/bundles.trust.cert-manager.io
wait_until 'trust-manager' kubectl -n cert-manager rollout status deploy/trust-manager --timeout=10s
apply "$here/k3s/manifests/gkc-12-dns01-webhook.yaml"
wait_until 'the DNS-01 webhook' kubectl wait --for=condition=Available apiservice/v1alpha1.acme.hetzner.com --timeout=10s
apply "$here/k3s/manifests/gkc-20-issuer.yaml" "$here/k3s/manifests/gkc-21-certificate.yaml"
wait_until 'the certificate' kubectl -n gitpod wait --for=condition=Ready certificate/https-certificates --timeout=10s
apply "$here/k3s/manifests/gkc-30-network-policy.yaml"
check_hetzner
apply "$here/k3s/manifests/gkc-50-autoscaler.yaml"
for name in cluster-autoscaler hcloud-cloud-controller-manager; do
  if kubectl -n kube-system get "deploy/$name" >/dev/null 2>&1; then
    kubectl -n kube-system rollout restart "deploy/$name"
  fi
done
say 'done'
