#!/bin/sh
# Stands in for k3s's installer: says how it was called, and leaves what upstream's leaves, the unit word for word
# (install.sh at v1.33, create_systemd_service_file). As upstream's with INSTALL_K3S_SKIP_START, it enables and does not start.
set -eu
echo "install-k3s $* ${INSTALL_K3S_VERSION-none} ${INSTALL_K3S_SKIP_START-none} $(stat -c %a /etc/rancher/k3s/config.yaml)" >>/var/log/calls
case $1 in
server) name=k3s type=notify ;;
agent) name=k3s-agent type=exec ;;
*) exit 1 ;;
esac
install -m 755 /usr/local/lib/stand-ins/k3s /usr/local/bin/k3s
cat >"/etc/systemd/system/$name.service" <<UNIT
[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=$type
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-/etc/systemd/system/$name.service.env
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s $1
UNIT
systemctl enable "$name"
systemctl daemon-reload
[ "${INSTALL_K3S_SKIP_START-}" = true ] || systemctl restart "$name"
