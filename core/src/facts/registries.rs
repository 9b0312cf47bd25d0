//! What providers of image registries do, whoever pulls from them.

/// The users of those who log in with a token, and how long it is valid: Amazon ECR (`get-login-password`), Google Artifact Registry
/// ("Authentication methods"), Azure Container Registry (`az acr login --expose-token`).
pub const TOKEN_USERS: [(&str, &str); 3] = [
    ("AWS", "twelve hours"),
    ("oauth2accesstoken", "one hour"),
    ("00000000-0000-0000-0000-000000000000", "three hours"),
];
