//! What providers of image registries do, whoever pulls from them.

/// Ends of hosts that serve no images, each with that of the registry that is meant: providers' web pages, and other domains of theirs.
pub const MEANT: [(&str, &str); 10] = [
    ("azurecr.com", "azurecr.io"),
    ("azurecr.net", "azurecr.io"),
    ("gcr.com", "gcr.io"),
    ("ghcr.com", "ghcr.io"),
    ("github.com", "ghcr.io"),
    ("gitlab.com", "registry.gitlab.com"),
    ("hub.docker.com", "docker.io"),
    ("pkg.com", "pkg.dev"),
    ("quay.com", "quay.io"),
    ("registry.hub.docker.com", "docker.io"),
];

/// The users of those who log in with a token, and how long it is valid: Amazon ECR (`get-login-password`), Google Artifact Registry
/// ("Authentication methods"), Azure Container Registry (`az acr login --expose-token`).
pub const TOKEN_USERS: [(&str, &str); 3] = [
    ("AWS", "twelve hours"),
    ("oauth2accesstoken", "one hour"),
    ("00000000-0000-0000-0000-000000000000", "three hours"),
];
