//! What sshd reads in its configuration.
//!
//! Source: sshd_config(5) and `servconf.c` of OpenSSH 9.2 to 10.2, with Debian's patches for GSSAPI; read on 2026-11-30.

/// What a keyword takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `yes` or `no`, in any case.
    Switch,
    /// One of these words, in any case.
    Words(&'static [&'static str]),
    /// A whole number.
    Number,
    /// A time: seconds, or numbers with units.
    Time,
    /// The number of a port.
    Port,
    /// Something else.
    Other,
}

use Takes::{Number, Other, Port, Switch, Time, Words};

/// The keywords, with what they take. Those that sshd still reads but that do nothing are among them.
pub const KEYWORDS: [(&str, Takes); 122] = [
    ("AcceptEnv", Other),
    ("AddressFamily", Words(&["any", "inet", "inet6"])),
    ("AllowAgentForwarding", Switch),
    ("AllowGroups", Other),
    (
        "AllowStreamLocalForwarding",
        Words(&["yes", "all", "no", "local", "remote"]),
    ),
    (
        "AllowTcpForwarding",
        Words(&["yes", "all", "no", "local", "remote"]),
    ),
    ("AllowUsers", Other),
    ("AuthenticationMethods", Other),
    ("AuthorizedKeysCommand", Other),
    ("AuthorizedKeysCommandUser", Other),
    ("AuthorizedKeysFile", Other),
    ("AuthorizedPrincipalsCommand", Other),
    ("AuthorizedPrincipalsCommandUser", Other),
    ("AuthorizedPrincipalsFile", Other),
    ("Banner", Other),
    ("CASignatureAlgorithms", Other),
    ("CanonicalMatchUser", Switch),
    ("ChallengeResponseAuthentication", Switch),
    ("ChannelTimeout", Other),
    ("ChrootDirectory", Other),
    ("Ciphers", Other),
    ("ClientAliveCountMax", Number),
    ("ClientAliveInterval", Time),
    ("Compression", Words(&["yes", "delayed", "no"])),
    ("DSAAuthentication", Other),
    ("DebianBanner", Switch),
    ("DenyGroups", Other),
    ("DenyUsers", Other),
    ("DisableForwarding", Switch),
    ("ExposeAuthInfo", Switch),
    ("FingerprintHash", Words(&["md5", "sha256"])),
    ("ForceCommand", Other),
    ("GSSAPIAuthentication", Switch),
    ("GSSAPICleanupCredentials", Switch),
    ("GSSAPIDelegateCredentials", Switch),
    ("GSSAPIKexAlgorithms", Other),
    ("GSSAPIKeyExchange", Switch),
    ("GSSAPIStoreCredentialsOnRekey", Switch),
    ("GSSAPIStrictAcceptorCheck", Switch),
    ("GatewayPorts", Words(&["yes", "no", "clientspecified"])),
    ("HostCertificate", Other),
    ("HostKey", Other),
    ("HostKeyAgent", Other),
    ("HostKeyAlgorithms", Other),
    ("HostbasedAcceptedAlgorithms", Other),
    ("HostbasedAcceptedKeyTypes", Other),
    ("HostbasedAuthentication", Switch),
    ("HostbasedUsesNameFromPacketOnly", Switch),
    ("IPQoS", Other),
    ("IgnoreRhosts", Words(&["yes", "no", "shosts-only"])),
    ("IgnoreUserKnownHosts", Switch),
    ("Include", Other),
    ("KbdInteractiveAuthentication", Switch),
    ("KerberosAuthentication", Switch),
    ("KerberosGetAFSToken", Switch),
    ("KerberosOrLocalPasswd", Switch),
    ("KerberosTicketCleanup", Switch),
    ("KerberosUniqueCCache", Switch),
    ("KexAlgorithms", Other),
    ("KeyRegenerationInterval", Other),
    ("ListenAddress", Other),
    (
        "LogLevel",
        Words(&[
            "QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3",
        ]),
    ),
    ("LogVerbose", Other),
    ("LoginGraceTime", Time),
    ("MACs", Other),
    ("Match", Other),
    ("MaxAuthTries", Number),
    ("MaxSessions", Number),
    ("MaxStartups", Other),
    ("ModuliFile", Other),
    ("PAMServiceName", Other),
    ("PasswordAuthentication", Switch),
    ("PerSourceMaxStartups", Other),
    ("PerSourceNetBlockSize", Other),
    ("PerSourcePenalties", Other),
    ("PerSourcePenaltyExemptList", Other),
    ("PermitEmptyPasswords", Switch),
    ("PermitListen", Other),
    ("PermitOpen", Other),
    (
        "PermitRootLogin",
        Words(&[
            "yes",
            "no",
            "prohibit-password",
            "without-password",
            "forced-commands-only",
        ]),
    ),
    ("PermitTTY", Switch),
    (
        "PermitTunnel",
        Words(&["yes", "no", "ethernet", "point-to-point"]),
    ),
    ("PermitUserEnvironment", Other),
    ("PermitUserRC", Switch),
    ("PidFile", Other),
    ("Port", Port),
    ("PrintLastLog", Switch),
    ("PrintMotd", Switch),
    ("Protocol", Other),
    ("PubkeyAcceptedAlgorithms", Other),
    ("PubkeyAcceptedKeyTypes", Other),
    ("PubkeyAuthOptions", Other),
    ("PubkeyAuthentication", Switch),
    ("RDomain", Other),
    ("RSAAuthentication", Other),
    ("RefuseConnection", Switch),
    ("RekeyLimit", Other),
    ("RequiredRSASize", Number),
    ("RevokedKeys", Other),
    ("RhostsRSAAuthentication", Other),
    ("SecurityKeyProvider", Other),
    ("ServerKeyBits", Other),
    ("SetEnv", Other),
    ("StreamLocalBindMask", Other),
    ("StreamLocalBindUnlink", Switch),
    ("StrictModes", Switch),
    ("Subsystem", Other),
    ("SyslogFacility", Other),
    ("TCPKeepAlive", Switch),
    ("TrustedUserCAKeys", Other),
    ("UnusedConnectionTimeout", Time),
    ("UseDNS", Switch),
    ("UseLogin", Other),
    ("UsePAM", Switch),
    ("UsePrivilegeSeparation", Other),
    ("VersionAddendum", Other),
    ("X11DisplayOffset", Number),
    ("X11Forwarding", Switch),
    ("X11UseLocalhost", Switch),
    ("XAuthLocation", Other),
    ("sshdSessionPath", Other),
    ("sshdAuthPath", Other),
];

/// Whether sshd reads a text as a time: numbers, each with a unit or with none for seconds (sshd_config(5), "Time Formats").
pub fn is_time(text: &str) -> bool {
    let mut digits = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits = true,
            's' | 'S' | 'm' | 'M' | 'h' | 'H' | 'd' | 'D' | 'w' | 'W' if digits => digits = false,
            _ => return false,
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for time in ["120", "2m", "1h30m", "90S"] {
            assert!(is_time(time), "{time}");
        }
        for other in ["", "120sec", "m", "2 m", "none"] {
            assert!(!is_time(other), "{other}");
        }
    }
}
