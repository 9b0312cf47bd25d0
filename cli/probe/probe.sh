#!/bin/sh
# Tests one network of one node for common failures, and writes a record for each test: JSON lines, gkc-probe/1.
# README.md describes the records; `gkc doctor` reads them. It changes only its own folder on the node.
# With NET=machine it describes one machine without asking a cluster, and changes nothing.
set -u

scope=${NET:?pod, host or machine}
case $scope in
machine)
    net=host
    # Kubernetes names a node after the machine, in lower case.
    node=${NODE:-$(uname -n | tr '[:upper:]' '[:lower:]')}
    HOST_ROOT=${HOST_ROOT-}
    ;;
*)
    net=$scope
    node=${NODE:?the node to speak for}
    ;;
esac
# The machine's files, the folder where both networks of a node share the API's responses, and the folder with the names to resolve.
host=${HOST_ROOT-/host}
proc=${PROC:-/proc}
share=${SHARE:-/share}
config=${CONFIG:-/config}
wait=${TIMEOUT:-2}
tcp_port=${TCP_PORT:-8080}
udp_port=${UDP_PORT:-8081}
kubelet_port=10250
account=/var/run/secrets/kubernetes.io/serviceaccount
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0

# Bounds: lines of a kind, characters of a line, and seconds of a command.
most_names=20
most_urls=10
most_hosts=50
most_rules=20
most_routes=200
most_listeners=60
most_filter=60
most_journal=300
most_kernel=100
most_tailnet=40
read_journal=20000
line_length=500
url_wait=5
patience=20

# --- Records -------------------------------------------------------------------------------------------------------

# A JSON string. Line breaks and tabs carry no meaning in what the probe writes.
quote() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"; }

# A JSON array of the words.
words() {
    out=
    for word in "$@"; do out="$out${out:+,}$(quote "$word")"; done
    printf '[%s]' "$out"
}

# record KIND [KEY JSON]...
record() {
    line="{\"gkc-probe\":1,\"kind\":$(quote "$1"),\"node\":$(quote "$node"),\"net\":$(quote "$net")"
    shift
    while [ $# -ge 2 ]; do
        line="$line,\"$1\":$2"
        shift 2
    done
    printf '%s}\n' "$line"
}

# Reads lines, and prints them without what nobody else may know: logins in URLs, values of flags and keys, tokens by their form.
mask() {
    sed -E \
        -e 's#://[^/[:space:]"]*@#://#g' \
        -e 's#://[^@/:[:space:]"]*:[^@[:space:]"]+@#://#g' \
        -e 's#(--[a-z-]*(token|passw(or)?d|secret|key|vpn-auth)[a-z-]*(=|[[:space:]]+)["\\]*)[^[:space:]"\\,]+#\1[masked]#gI' \
        -e 's#([a-z0-9_]*(token|passw(or)?d|secret|joinkey|auth_?key|api_?key|credential)[a-z0-9_]*["\\]*=["\\]*)[^[:space:]"\\\&,;]+#\1[masked]#gI' \
        -e 's#(["\\]+[a-z0-9_-]*(token|passw(or)?d|secret|key)[a-z0-9_-]*["\\]+ *: *["\\]+)[^"\\]+#\1[masked]#gI' \
        -e 's#((bearer|basic) )[a-z0-9._~+/=-]{16,}#\1[masked]#gI' \
        -e 's#K1[0-9][0-9a-f]{32,}(::[^[:space:]"]+)?#[masked]#g' \
        -e 's#((tskey|hskey|glpat)-|gh[pousr]_)[A-Za-z0-9_-]{8,}#\1[masked]#g' \
        -e 's#eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9._-]+#[masked]#g' \
        -e 's#LS0tLS1CRUdJTi[A-Za-z0-9+/=]+#[masked]#g' \
        -e 's#(^|[^a-z0-9.])[a-z0-9]{6}\.[a-z0-9]{16}($|[^a-z0-9.])#\1[masked]\2#g'
}

# Reads lines, and writes a record for each.
logged() {
    head="{\"gkc-probe\":1,\"kind\":\"log\",\"node\":$(quote "$node"),\"net\":$(quote "$net"),\"line\":\""
    tr '\t' ' ' | tr -d '\000-\011\013-\037' | mask | cut -c "1-$line_length" | sed 's/[\\"]/\\&/g' |
        while IFS= read -r line; do printf '%s%s"}\n' "$head" "$line"; done
}

# A command that may hang, or that the machine may not have.
bounded() {
    command -v "$1" >/dev/null || return 0
    if command -v timeout >/dev/null; then timeout "$patience" "$@"; else "$@"; fi
}

# --- The machine ---------------------------------------------------------------------------------------------------

# resolv FILE PATH-AS-THE-MACHINE-KNOWS-IT OF
resolv() {
    [ -r "$1" ] || return 0
    # shellcheck disable=SC2046  # word splitting is intended
    record resolv of "$(quote "$3")" path "$(quote "$2")" \
        nameservers "$(words $(awk '$1 == "nameserver" { print $2 }' "$1"))" \
        search "$(words $(awk '$1 == "search" { $1 = ""; print }' "$1"))"
}

# routes FAMILY ALL: TO DEVICE VIA TABLE of every table but the kernel's own. Of the main one the default route is left out.
routes() {
    ip "$1" route show table all 2>/dev/null | awk -v all="$2" '
        /^(blackhole|unreachable|prohibit|throw|local|broadcast|anycast|multicast) / { next }
        { to = $1; via = "-"; device = ""; table = "main"
          for (i = 2; i < NF; i++) {
              if ($i == "via") via = $(i + 1)
              if ($i == "dev") device = $(i + 1)
              if ($i == "table") table = $(i + 1)
          }
          if (to ~ /^(fe80|ff)/ || to == "default" && table == "main" || table == "local" || device == "" || device == "lo") next
          print (to == "default" ? all : to), device, via, table }'
}

machine() {
    resolv "$host/etc/resolv.conf" /etc/resolv.conf host
    resolv "$host/run/systemd/resolve/resolv.conf" /run/systemd/resolve/resolv.conf host
    ip -o addr show 2>/dev/null | awk '$2 != "lo" && $3 ~ /^inet/ { sub(/@.*/, "", $2); print $2, $4 }' |
        while read -r device address; do
            mtu=$(cat "/sys/class/net/$device/mtu" 2>/dev/null)
            record link device "$(quote "$device")" address "$(quote "$address")" mtu "${mtu:-0}"
        done
    { routes -4 0.0.0.0/0; routes -6 ::/0; } | head -n "$most_routes" | while read -r to device via table; do
        set -- to "$(quote "$to")" device "$(quote "$device")" via "$(quote "${via#-}")"
        [ "$table" = main ] || set -- "$@" table "$(quote "$table")"
        record route "$@"
    done
    # Lines added by hand, without those for loopback and for the machine itself.
    awk '/^[ \t]*[0-9a-fA-F:.]+[ \t]/ && $1 !~ /^(127\.|::1$|ff|fe00)/ { sub(/#.*/, ""); print }' "$host/etc/hosts" 2>/dev/null |
        head -n "$most_hosts" | while read -r address names; do
            # shellcheck disable=SC2086  # word splitting is intended
            record hosts address "$(quote "$address")" names "$(words $names)"
        done
    if grep -qs '^ENABLED=yes' "$host/etc/ufw/ufw.conf"; then
        record firewall tool '"ufw"' active true
    fi
    # A link, whose target exists only on the machine itself.
    if [ -L "$host/etc/systemd/system/multi-user.target.wants/firewalld.service" ]; then
        record firewall tool '"firewalld"' active true
    fi
    for name in net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max \
        net.ipv4.conf.all.rp_filter net.ipv4.conf.default.rp_filter fs.inotify.max_user_instances; do
        # k3s sets these two when it starts.
        case $scope/$name in machine/net.ipv4.ip_forward | machine/net.bridge.*) [ -e /sys/class/net/cni0 ] || continue ;; esac
        value=$(cat "$proc/sys/$(printf '%s' "$name" | tr . /)" 2>/dev/null)
        case $name in net.bridge.*) value=${value:-missing} ;; esac
        [ -z "$value" ] || record setting name "$(quote "$name")" value "$(quote "$value")"
    done
    # Rules of routing beside the three that every machine has.
    ip rule show 2>/dev/null | grep -vE 'lookup (local|main|default) *$' | head -n "$most_rules" | logged
    # Whether k3s has a proxy, and what goes past it: never the other variables, and no password.
    grep -hE '^(CONTAINERD_)?(HTTPS?|NO|https?|no)_(PROXY|proxy)=' \
        "$host"/etc/systemd/system/k3s*.service.env "$host"/etc/default/k3s* 2>/dev/null | head -n "$most_rules" | logged
    if command -v ethtool >/dev/null; then
        for device in flannel.1 $(ip route show default 2>/dev/null | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }'); do
            state=$(ethtool -k "$device" 2>/dev/null | awk '/tx-checksum-ip-generic|tx-checksumming/ { print $2; exit }')
            [ -z "$state" ] || record offload device "$(quote "$device")" tx_checksum "$(quote "$state")"
        done
    fi
    if command -v iptables >/dev/null; then
        version=$(iptables --version 2>/dev/null | awk '{ print $2 }')
        mode=$(iptables --version 2>/dev/null | sed -n 's/.*(\(.*\)).*/\1/p')
        legacy=$(iptables-legacy-save 2>/dev/null | grep -c '^-A')
        nft=$(iptables-nft-save 2>/dev/null | grep -c '^-A')
        record iptables version "$(quote "$version")" mode "$(quote "${mode:-legacy}")" \
            legacy_rules "${legacy:-0}" nft_rules "${nft:-0}"
    fi
    # Packets of pods, or encapsulated packets of pods, that the machine's packet filter dropped.
    for log in ufw.log kern.log syslog messages; do
        tail -n 5000 "$host/var/log/$log" 2>/dev/null
    done | grep -E '(UFW BLOCK|_REJECT|_DROP).*(IN=(cni|flannel|veth)|PROTO=UDP.*DPT=(8472|5182[01]) )' | tail -n 5 | logged
}

# What only the machine's own tools and its journal say: a container has neither.
alone() {
    if command -v timedatectl >/dev/null; then
        case $(bounded timedatectl show -p NTPSynchronized 2>/dev/null) in
        *=yes) record clock synchronized true ;;
        *=no) record clock synchronized false ;;
        esac
    fi
    for path in /var/lib/rancher /var/lib /; do
        [ -d "$host$path" ] || continue
        bounded df -Pk "$host$path" 2>/dev/null | awk 'NR == 2 { sub(/%/, "", $5); print $2, $5 }' | while read -r total used; do
            record disk path "$(quote "$path")" total_kib "$total" used_percent "$used"
        done
        break
    done
    # Who holds the ports of k3s, of the platform and of name servers.
    bounded ss -Hlntup 2>/dev/null | awk '
        { n = split($5, at, ":"); port = at[n]
          if (port !~ /^(53|80|443|6443|8472|10250)$/) next
          program = "-"
          if (match($0, /\(\("[^"]*"/)) program = substr($0, RSTART + 3, RLENGTH - 4)
          print $1, port, substr($5, 1, length($5) - length(port) - 1), program }' | sort -u | head -n "$most_listeners" |
        while read -r proto port address program; do
            record listener proto "$(quote "$proto")" address "$(quote "$address")" port "$port" program "$(quote "${program#-}")"
        done
    # Policies of the machine's packet filter, and what its first rules do with packets of pods.
    bounded iptables-save -t filter 2>/dev/null | grep -E '^(:(INPUT|FORWARD|OUTPUT)|-A FORWARD) ' | head -n "$most_filter" | logged
    bounded nft list ruleset 2>/dev/null | grep -E 'hook (input|forward|output).*policy drop' | head -n "$most_filter" | logged
    # An agent, and every server after the first, fetches the cluster's CA from this address before anything else.
    sed -n -E -e 's#^server: *"?(https://[^" ]+).*#\1#p' -e 's#^K3S_URL="?(https://[^" ]+).*#\1#p' "$host"/etc/rancher/k3s/config.yaml \
        "$host"/etc/rancher/k3s/config.yaml.d/*.yaml "$host"/etc/systemd/system/k3s*.service.env 2>/dev/null | sort -u | head -n 3 >"$work/joined"
    while read -r server; do fetch "${server%/}/ping" untrusted </dev/null; done <"$work/joined"
    bounded tailscale status 2>&1 | head -n "$most_tailnet" | logged
    bounded journalctl -u k3s -u k3s-agent -u tailscaled --no-pager -o short-iso -n "$read_journal" 2>/dev/null |
        grep -iE 'error|warn|fatal|fail|panic|denied|refused|timed ?out|timeout|unable|cannot|not found| [EWF][0-9]{4} ' |
        tail -n "$most_journal" | logged
    if command -v journalctl >/dev/null; then
        bounded journalctl -k --no-pager -o short-iso -n "$read_journal" 2>/dev/null
    else
        bounded dmesg -T 2>/dev/null | tail -n "$read_journal"
    fi |
        grep -E 'nf_conntrack|oom|Out of memory|Killed process|UFW|martian|_REJECT|_DROP|I/O error' | tail -n "$most_kernel" | logged
}

# --- The API -------------------------------------------------------------------------------------------------------

# Prints each value of the API's response as PATH<TAB>VALUE. The response is indented, so awk can parse it.
flatten() {
    awk '
    function join(  i, path) { for (i = 1; i <= depth; i++) path = path stack[i] "\t"; return path }
    {
        line = $0; sub(/^ +/, "", line); sub(/,$/, "", line)
        if (line == "}" || line == "]") { depth--; next }
        key = ""
        if (match(line, /^"[^"]*": /)) { key = substr(line, 2, RLENGTH - 4); line = substr(line, RLENGTH + 1) }
        if (!begun) { begun = 1; next }
        if (line == "{" || line == "[") {
            if (key == "") { key = ++count[depth] }
            stack[++depth] = key; count[depth] = 0
            next
        }
        if (line == "{}" || line == "[]") next
        if (line ~ /^".*"$/) line = substr(line, 2, length(line) - 2)
        if (key == "") key = ++count[depth]
        print join() key "\t" line
    }'
}

# api PATH: queries the API's service address, as pods do, and from the machine also the addresses that k3s itself uses.
api() {
    # shellcheck disable=SC2086  # word splitting is intended
    for base in ${GKC_API:-"https://$(bracket "${KUBERNETES_SERVICE_HOST:-127.0.0.1}"):${KUBERNETES_SERVICE_PORT:-443}" https://127.0.0.1:6444 https://127.0.0.1:6443}; do
        # The token is passed on standard input, where other processes cannot read it.
        if printf 'header = "Authorization: Bearer %s"\n' "$(cat "$account/token" 2>/dev/null)" |
            curl -sSf -K - --cacert "$account/ca.crt" --max-time 5 "$base$1${2:-?}pretty=true" >"$work/answer" 2>"$work/said"; then
            flatten <"$work/answer"
            return 0
        fi
        [ -s "$work/first" ] || cp "$work/said" "$work/first"
        [ "$net" = host ] || return 1
    done
    return 1
}

bracket() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }

# Queries nodes, pods and services. The responses are kept for the other network of this node.
ask() {
    api /api/v1/nodes >"$work/nodes" &&
        api /api/v1/namespaces/kube-system/services >"$work/services" &&
        api /api/v1/namespaces/kube-system/pods '?labelSelector=k8s-app%3Dkube-dns&' >"$work/dns" &&
        api /api/v1/namespaces/gkc-probe/pods '?labelSelector=net%3Dpod&' >"$work/peers"
}

# endpoints NAMESPACE SERVICE: the addresses behind a Service that are ready. Nothing else depends on them.
endpoints() {
    api "/apis/discovery.k8s.io/v1/namespaces/$1/endpointslices" "?labelSelector=kubernetes.io%2Fservice-name%3D$2&" >"$work/slices" || return 0
    # shellcheck disable=SC2046  # word splitting is intended
    record endpoints namespace "$(quote "$1")" name "$(quote "$2")" addresses "$(words $(awk -F '\t' '
        $3 == "endpoints" && $5 == "addresses" { address[$2, $4] = address[$2, $4] " " $7 }
        $3 == "endpoints" && $5 == "conditions" && $6 == "ready" && $7 == "false" { waits[$2, $4] = 1 }
        END { for (i in address) if (!(i in waits)) print address[i] }' "$work/slices" | tr ' ' '\n' | sort -u))"
}

# What the service address of the API said first, in one word. An error of TLS or HTTP is an answer.
refusal() {
    case $(cat "$work/first" 2>/dev/null) in
    *'SSL'* | *'certificate'* | *'returned error'*) echo answered ;;
    *) heard "$(cat "$work/first" 2>/dev/null)" ;;
    esac
}

cluster() {
    if ask; then
        [ "$net" != host ] || cp "$work/nodes" "$work/services" "$work/dns" "$work/peers" "$share/" 2>/dev/null
        # On the machine, k3s may have answered although the service address did not.
        case $base in *127.0.0.1*) result=$(refusal) ;; *) result=answered ;; esac
        record api address "$(quote "${KUBERNETES_SERVICE_HOST:-}")" result "$(quote "$result")"
        endpoints default kubernetes
        endpoints kube-system kube-dns
    else
        record api address "$(quote "${KUBERNETES_SERVICE_HOST:-}")" result "$(quote "$(refusal)")"
        # The host network queries k3s directly and shares the responses.
        for _ in 1 2 3 4 5 6; do
            [ ! -s "$share/peers" ] || break
            sleep "$wait"
        done
        for file in nodes services dns peers; do cp "$share/$file" "$work/$file" 2>/dev/null || : >"$work/$file"; done
    fi
    awk -F '\t' '
        $1 == "items" && $3 == "metadata" && $4 == "name" { name[$2] = $5 }
        $1 == "items" && $3 == "metadata" && $4 == "annotations" && $5 ~ /flannel.alpha.coreos.com\/public-ip/ { flannel[$2] = flannel[$2] " " $6 }
        $1 == "items" && $3 == "metadata" && $5 == "flannel.alpha.coreos.com/backend-type" { backend[$2] = $6 }
        $1 == "items" && $3 == "metadata" && $5 == "k3s.io/node-args" {
            gsub(/[]["\\]/, "", $6); n = split($6, args, ",")
            for (i = 1; i < n; i++) {
                if (args[i] == "--cluster-cidr") pods[$2] = args[i + 1]
                if (args[i] == "--service-cidr") services[$2] = args[i + 1]
            }
        }
        $1 == "items" && $3 == "spec" && $4 == "podCIDRs" { cidr[$2] = cidr[$2] " " $6 }
        $1 == "items" && $3 == "status" && $4 == "addresses" && $6 == "type" { type[$2, $5] = $7 }
        $1 == "items" && $3 == "status" && $4 == "addresses" && $6 == "address" { address[$2, $5] = $7; if ($5 > most) most = $5 }
        END {
            for (i in name) {
                inside = ""; outside = ""
                for (j = 1; j <= most; j++) {
                    if (type[i, j] == "InternalIP") inside = inside " " address[i, j]
                    if (type[i, j] == "ExternalIP") outside = outside " " address[i, j]
                }
                print name[i] "|" inside "|" outside "|" flannel[i] "|" backend[i] "|" cidr[i] "|" pods[i] "|" services[i]
            }
        }' "$work/nodes" | sort >"$work/machines"
    while IFS='|' read -r name inside outside flannel backend cidr pods services; do
        # shellcheck disable=SC2086  # word splitting is intended
        record machine name "$(quote "$name")" internal "$(words $inside)" external "$(words $outside)" \
            flannel "$(words $flannel)" backend "$(quote "$backend")" pod_cidrs "$(words $cidr)" \
            cluster_cidrs "$(words $pods)" service_cidrs "$(words $services)"
    done <"$work/machines"
    dns=$(awk -F '\t' '
        $3 == "metadata" && $4 == "name" { name[$2] = $5 }
        $3 == "spec" && $4 == "clusterIPs" { address[$2] = address[$2] " " $6 }
        END { for (i in name) if (name[i] == "kube-dns") print address[i] }' "$work/services")
    # Without the API, the pod's own resolv.conf contains the DNS server of pods.
    [ -n "$dns" ] || [ "$net" != pod ] || dns=$(awk '$1 == "nameserver" { print $2 }' "${POD_RESOLV:-/etc/resolv.conf}")
    # shellcheck disable=SC2086  # word splitting is intended
    [ -z "$dns" ] || record service namespace '"kube-system"' name '"kube-dns"' address "$(words $dns)"
}

# ADDRESS NODE of the pods in a file.
pods() {
    awk -F '\t' '
        $3 == "spec" && $4 == "nodeName" { node[$2] = $5 }
        $3 == "status" && $4 == "podIP" { ip[$2] = $5 }
        END { for (i in ip) if (node[i] != "") print ip[i], node[i] }' "$1" | sort
}

# --- Connections ---------------------------------------------------------------------------------------------------

# The result of dig, in one word.
verdict() {
    case $1 in
    *'status: NXDOMAIN'*) echo nxdomain ;;
    *'status: SERVFAIL'*) echo servfail ;;
    *'status: REFUSED'*) echo refused ;;
    *'status: NOERROR'*'ANSWER: 0,'*) echo nodata ;;
    *'status: NOERROR'*) echo answered ;;
    *'connection refused'*) echo refused ;;
    *'unreachable'* | *'no route'*) echo unreachable ;;
    *) echo timeout ;;
    esac
}

# ask_dns ADDRESS PROTO NAME: the verdict and the time in milliseconds.
ask_dns() {
    transport=+notcp
    [ "$2" = udp ] || transport=+tcp
    said=$(dig +time="$wait" +tries=2 $transport "@$1" "$3" A 2>&1)
    word=$(verdict "$said")
    if [ "$word" = nodata ]; then
        said=$(dig +time="$wait" +tries=2 $transport "@$1" "$3" AAAA 2>&1)
        word=$(verdict "$said")
    fi
    echo "$word $(printf '%s\n' "$said" | awk '/Query time:/ { print $4; exit }')"
}

# The names to query for a name, as pods in `default` would resolve it.
forms() {
    case $1 in
    *.*.* | *.) echo "$1" ;;
    *.*) echo "$1.svc.$domain $1" ;;
    *) echo "$1.default.svc.$domain" ;;
    esac
}

# dns KIND ADDRESS NODE PROTO NAME CLASS FORM...
dns() {
    kind=$1 address=$2 server_node=$3 proto=$4 name=$5 class=$6
    shift 6
    for form in "$@"; do
        answer=$(ask_dns "$address" "$proto" "$form")
        [ "${answer% *}" != answered ] || break
    done
    checks=$((checks + 1))
    ms=${answer#* }
    record dns server "$(quote "$kind")" address "$(quote "$address")" server_node "$(quote "$server_node")" \
        proto "$(quote "$proto")" name "$(quote "$name")" class "$(quote "$class")" result "$(quote "${answer% *}")" ms "${ms:-0}"
    last=${answer% *}
}

# Resolves all names with one server. A server that does not answer for a name that always exists is not queried for others.
server() {
    for proto in udp tcp; do
        if [ "$1" != resolver ]; then
            dns "$1" "$2" "$3" "$proto" "kubernetes.default.svc.$domain" cluster "kubernetes.default.svc.$domain"
            case $last in timeout | unreachable | refused) continue ;; esac
        fi
        # Whether other names resolve depends on CoreDNS, not on the path to it: once is enough.
        [ "$1" != coredns ] || continue
        for name in $user_names; do
            # shellcheck disable=SC2046  # word splitting is intended
            dns "$1" "$2" "$3" "$proto" "$name" user $(forms "$name")
        done
        for name in $external_names; do dns "$1" "$2" "$3" "$proto" "$name" external "$name."; done
        # A name that nobody has: found under a search domain, that has a wildcard record.
        [ "$1/$proto" = service/udp ] || continue
        for name in $searched; do dns "$1" "$2" "$3" "$proto" "gkc-no-such-name.$name" search "gkc-no-such-name.$name."; done
    done
}

# The result of nc, in one word.
heard() {
    case $1 in
    *refused*) echo refused ;;
    *unreachable* | *'o route'*) echo unreachable ;;
    *) echo timeout ;;
    esac
}

# peer ADDRESS NODE NET PROTO [PORT]
peer() {
    case $4 in
    icmp) if ping -c 2 -W "$wait" "$1" >/dev/null 2>&1; then result=answered; else result=timeout; fi ;;
    tcp) if said=$(nc -z -v -w "$wait" "$1" "$5" 2>&1); then result=answered; else result=$(heard "$said"); fi ;;
    udp)
        said=$(printf 'hostname\n' | nc -u -w "$wait" "$1" "$5" 2>/dev/null | tr -d '\000')
        if [ -n "$said" ]; then result=answered; else result=timeout; fi
        ;;
    esac
    checks=$((checks + 1))
    record peer to_node "$(quote "$2")" to_net "$(quote "$3")" address "$(quote "$1")" proto "$(quote "$4")" result "$(quote "$result")"
}

# large ADDRESS NODE: whether a packet arrives that is as large as the pod's interface allows. Linux forbids fragments of packets up to
# that size by itself; not every ping can ask for it.
large() {
    ping -c 1 -W "$wait" "$1" >/dev/null 2>&1 || return 0
    device=$(ip route get "$1" 2>/dev/null | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }')
    mtu=$(cat "/sys/class/net/${device:-eth0}/mtu" 2>/dev/null)
    case $1 in *:*) headers=48 ;; *) headers=28 ;; esac
    size=$((${mtu:-1450} - headers))
    if ping -c 2 -W "$wait" -s "$size" "$1" >/dev/null 2>&1; then result=answered; else result=timeout; fi
    checks=$((checks + 1))
    record large to_node "$(quote "$2")" address "$(quote "$1")" size "$size" result "$(quote "$result")"
}

# fetch URL [untrusted]: whether it answers, and what it says. A login that is missing is an answer.
fetch() {
    trust=
    [ "${2:-}" != untrusted ] || trust=-k
    # shellcheck disable=SC2086  # none or one word
    got=$(curl -gsS $trust --noproxy '*' --proto '=http,https' -o /dev/null --max-time "$url_wait" -w '%{http_code} %{remote_ip}' "$1" 2>"$work/said")
    code=$?
    status=${got%% *} address=${got#* }
    status=$(printf '%s' "$status" | sed 's/^0*//')
    case $code/$status in
    0/[23]?? | 0/401 | 0/403 | 0/405) result=answered ;;
    0/*) result=http ;;
    6/*) result=unresolved ;;
    7/*) result=$(heard "$(cat "$work/said")") ;;
    28/*) result=timeout ;;
    35/* | 51/* | 58/* | 60/*) result=certificate ;;
    *) result=refused ;;
    esac
    # curl names the address only once it is connected.
    if [ -z "$address" ] && [ "$result" != unresolved ]; then
        server=${1#*://}
        server=${server%%/*}
        address=${server%:*}
        case $address in *[!0-9.]*) address=$(bounded getent hosts "$address" 2>/dev/null | awk '{ print $1; exit }') ;; esac
    fi
    checks=$((checks + 1))
    said=$(sed -E 's/^curl: \([0-9]+\) //' "$work/said" | head -n 1 | mask | cut -c "1-$line_length")
    record url url "$(quote "$(printf '%s\n' "$1" | mask)")" address "$(quote "$address")" status "${status:-0}" result "$(quote "$result")" \
        said "$(quote "$said")"
}

# --- The run -------------------------------------------------------------------------------------------------------

begin() {
    record start pod_ip "$(quote "${POD_IP:-}")" host_ip "$(quote "${HOST_IP:-}")" time "$(quote "$(date -u +%Y-%m-%dT%H:%M:%SZ)")" kernel "$(quote "$(uname -r)")" \
        system "$(quote "$(sed -n 's/^PRETTY_NAME="*\([^"]*\).*/\1/p' "$host/etc/os-release" 2>/dev/null)")"
}

names() { sed 's/#.*//' "$1" 2>/dev/null | tr -s ' \t\r\n' '\n' | grep -E '^[A-Za-z0-9._-]+$' | head -n "$most_names"; }

# What a machine says of itself.
one_machine() {
    machine
    alone
}

# What a node of a cluster reaches.
in_cluster() {
    [ "$net" != pod ] || resolv "${POD_RESOLV:-/etc/resolv.conf}" /etc/resolv.conf pod
    # The pod network may wait for what the machine hears from the API.
    cluster
    [ "$net" != host ] || machine

    domain=$(awk '$1 == "search" { for (i = 2; i <= NF; i++) if ($i ~ /^svc\./) { sub(/^svc\./, "", $i); print $i; exit } }' "${POD_RESOLV:-/etc/resolv.conf}")
    domain=${domain:-cluster.local}
    user_names=$(names "$config/names")
    external_names=$(names "$config/external")
    searched=$(awk -v own="$domain" '$1 == "search" { for (i = 2; i <= NF; i++) if ($i !~ own "$") print $i }' "${POD_RESOLV:-/etc/resolv.conf}" | head -n 4)

    for address in $dns; do server service "$address" ''; done
    pods "$work/dns" >"$work/servers"
    while read -r address server_node; do server coredns "$address" "$server_node" </dev/null; done <"$work/servers"
    if [ "$net" = host ]; then
        awk '$1 == "nameserver" { print $2 }' "$host/etc/resolv.conf" 2>/dev/null >"$work/resolvers"
        while read -r address; do server resolver "$address" "$node" </dev/null; done <"$work/resolvers"
    fi
    pods "$work/peers" >"$work/others"
    while read -r address to; do
        peer "$address" "$to" pod icmp </dev/null
        peer "$address" "$to" pod tcp "$tcp_port" </dev/null
        peer "$address" "$to" pod udp "$udp_port"
        [ "$net" != pod ] || [ "$to" = "$node" ] || large "$address" "$to" </dev/null
    done <"$work/others"
    if [ "$net" = host ]; then
        while IFS='|' read -r to inside _; do
            [ "$to" != "$node" ] || continue
            for address in $inside; do
                peer "$address" "$to" host icmp </dev/null
                peer "$address" "$to" host tcp "$kubelet_port" </dev/null
            done
        done <"$work/machines"
    fi
    sed 's/#.*//' "$config/urls" 2>/dev/null | grep -E '^https?://' | head -n "$most_urls" >"$work/urls"
    while read -r url trust; do fetch "$url" "$trust" </dev/null; done <"$work/urls"
}

# A shell that reads this script from its standard input has read all of it when it gets here, and nothing else may read on.
run() {
    begin
    case $scope in machine) one_machine ;; *) in_cluster ;; esac
    record end checks "$checks"
}
run </dev/null
