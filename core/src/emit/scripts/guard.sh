begin 'packet filter'
systemctl daemon-reload
systemctl enable gkc-guard.service
systemctl restart gkc-guard.service
