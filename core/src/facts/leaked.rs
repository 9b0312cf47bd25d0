//! Secrets that everybody knows.

/// Database encryption keys that stand in public documents and scripts: the Installer's docs, KOTS, gitpod-self-hosted,
/// gitpod-eks-guide; and the one that the tests of `gitpod-db` fall back to.
pub const ENCRYPTION_KEYS: [&str; 2] = [
    "4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=",
    "5vRrp0H4oRgdkPnX1qQcS54Q0xggr6iyho42IQ1rO+c=",
];

/// Passwords of examples and of upstream's own defaults (`pkg/components/database/incluster/secret.go`, the server's session
/// secret, Grafana in gitpod-monitoring), and those that people write to fill a form.
pub const PASSWORDS: [&str; 20] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "password123",
    "passw0rd",
    "secret",
    "supersecret",
    "admin",
    "root",
    "gitpod",
    "redacted",
    "example",
    "test",
    "123456",
    "12345678",
    "mysecret",
    "PHejMfsLvfLcG1Drs40h",
    "jBzVMe2w4Yi7GagadsyB",
    "Important!Really-Change-This-Key!",
];

/// Whether a password is one of [`PASSWORDS`], whatever its case.
pub fn is_known_password(text: &str) -> bool {
    PASSWORDS.iter().any(|known| known.eq_ignore_ascii_case(text))
}
