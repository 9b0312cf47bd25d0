//! What a first configuration has for its platform.

use super::answers::{Answers, scalar};
use super::gitpod;
use gkc_core::artifact::Platform;

/// The platform's part.
pub struct Part {
    /// Its keys.
    pub text: String,
    /// What the cluster is called.
    pub cluster: &'static str,
    /// Whether the domain is only the name of the Kubernetes API.
    pub names_api: bool,
}

/// The part of the platform that is wanted; without one, of that which the language takes.
pub fn part(answers: &Answers) -> Part {
    match answers.platform {
        None | Some(Platform::Gitpod) => Part {
            text: gitpod::text(answers),
            cluster: Platform::Gitpod.as_str(),
            names_api: false,
        },
        Some(Platform::None) => Part {
            text: "# Only the cluster.\nplatform: none\n".to_owned(),
            cluster: "cluster",
            names_api: true,
        },
        Some(other) => Part {
            text: format!(
                "platform: {}\n\n# The host name that people open. build/README.md lists the DNS records that it needs.\ndomain: {}\n",
                other.as_str(),
                scalar(&answers.domain)
            ),
            cluster: other.as_str(),
            names_api: false,
        },
    }
}
