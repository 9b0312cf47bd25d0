//! Secrets of Gitpod's documents and sources, which everybody knows.

/// Database encryption keys that stand in public documents and scripts: the Installer's docs, KOTS, gitpod-self-hosted,
/// gitpod-eks-guide; and the one that the tests of `gitpod-db` fall back to.
pub const ENCRYPTION_KEYS: [&str; 2] = [
    "4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=",
    "5vRrp0H4oRgdkPnX1qQcS54Q0xggr6iyho42IQ1rO+c=",
];

/// Passwords of examples and of its own defaults (`pkg/components/database/incluster/secret.go`, the server's session secret,
/// Grafana in gitpod-monitoring).
pub const PASSWORDS: [&str; 4] = [
    "gitpod",
    "PHejMfsLvfLcG1Drs40h",
    "jBzVMe2w4Yi7GagadsyB",
    "Important!Really-Change-This-Key!",
];
