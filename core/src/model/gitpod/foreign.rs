//! Keys of the Installer and of KOTS that people bring along.

/// Such a key, folded, and what it is called here.
pub const CALLED_HERE: &[(&str, &str)] = &[
    ("containerregistry", "registry"),
    ("objectstorage", "storage"),
    ("cloudsql", "database.cloudSql"),
    ("passlist", "domain_passlist"),
    ("openvsx", "gitpod.openVsxUrl"),
    ("sshgatewayhostkey", "ssh.workspaceGateway.hostKey"),
    ("customcacert", "certificate.customCa"),
];
