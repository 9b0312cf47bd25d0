begin "trust in the mirror's CA"
update-ca-certificates
