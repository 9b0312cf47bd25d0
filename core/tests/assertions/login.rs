//! The first login: gitpod-io/gitpod `components/server/src/user/user-controller.ts` reads `/credentials/admin/admin.json`, compares the SHA-512
//! digest of the link's last part in lower-case hexadecimal, and lets nobody in once `expiresAt`, in seconds, has passed.

use crate::tree::Tree;
use serde_json::json;

const TOKENS: [(&str, &str); 2] = [
    ("GITPOD_ADMIN_TOKEN", "golden-admin-token-0123456789abcdef"),
    ("GITPOD_ADMIN_EXPIRY", "1798761600"),
];

/// What `sha512sum` prints for the token.
const DIGEST: &str = "a314633ef7f7f9ba58e4c6142dc406ec792f8a08d4be5c504ce96bac4b6d9deb\
                      c26850d86b071d1d1688ed84dc6b20c5f25590b84cebfd3eabc383a9e6f0d4f5";

fn with(lines: &str, vars: &[(&str, &str)]) -> Tree {
    let config = format!("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n{lines}");
    Tree::of_text(&config, vars)
}

fn has_link(tree: &Tree) -> bool {
    tree.of_kind("Secret").contains_key("admin-credentials")
}

#[test]
fn the_server_reads_the_link_s_digest_and_its_end() {
    let tree = Tree::of("quickstart");
    assert_eq!(
        tree.secret("admin-credentials").json("admin.json"),
        json!({"algo": "sha512", "expiresAt": 1_798_761_600, "tokenHash": DIGEST})
    );
    let secret = tree.object("Secret", "admin-credentials");
    assert_eq!(secret["metadata"]["namespace"], "gitpod");
}

// Nobody asked for it, so nothing stops without it.
#[test]
fn without_values_there_is_no_link_and_the_guide_says_how_to_get_one() {
    let tree = with("gitpod: {repository: registry.acme.dev/gitpod}\n", &[]);
    assert!(!has_link(&tree));
    assert!(tree.text("README.md").contains("Nobody can log in yet"));
}

#[test]
fn who_can_log_in_otherwise_gets_none_unless_it_is_asked_for() {
    let provider =
        "authProviders: [{id: A, type: GitHub, host: github.com, clientId: c, clientSecret: {env: S}}]\n";
    let vars = [TOKENS[0], TOKENS[1], ("S", "a-client-secret-0123")];
    for (gitpod, link) in [
        ("gitpod: {repository: registry.acme.dev/gitpod}\n", false),
        (
            "gitpod: {repository: registry.acme.dev/gitpod, adminLink: {}}\n",
            true,
        ),
    ] {
        assert_eq!(
            has_link(&with(&format!("{gitpod}{provider}"), &vars)),
            link,
            "{gitpod}"
        );
    }
    // The first visitor of this one is the admin.
    let old = "certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: T}}}}}\n\
               gitpod: {release: \"2023.04\", repository: registry.acme.dev/gitpod}\n";
    let tree = with(old, &[TOKENS[0], TOKENS[1], ("T", "a-cloudflare-token-0123")]);
    assert!(!has_link(&tree));
    assert!(
        tree.text("README.md")
            .contains("The first visitor sets up the login")
    );
}
