//! A first configuration of Gitpod.

use super::answers::{Answers, scalar};

/// The keys of the platform, with a comment for each decision.
pub fn text(answers: &Answers) -> String {
    let organization = answers.organization();
    let registry = format!("registry.{organization}/gitpod");
    format!(
        "
# The host name that people open. build/README.md lists the DNS records that it needs.
domain: {}

# Who may sign up: people with mail addresses of these domains. They log in by a Git host: add yours to `authProviders`.
domain_passlist: [{}]

gitpod:
  # The registry with your copies of Gitpod's images, which are no longer public.
  repository: {}

certificate:
  acme:
    email: {}
    # Your DNS provider: cloudflare, hetzner, scaleway, route53, cloudDNS, azureDNS, digitalocean or rfc2136. Set the variable, or add
    # it to gitpod-k3s.secrets.env.
    dns01: {{cloudflare: {{apiToken: {{env: CLOUDFLARE_API_TOKEN}}}}}}
",
        scalar(&answers.domain),
        scalar(organization),
        scalar(answers.registry.as_ref().unwrap_or(&registry)),
        scalar(&answers.email()),
    )
}
