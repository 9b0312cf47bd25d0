//! Whatever a policy says, a proof and the question about its witness agree.

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::compile::service;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::model::Tailnet;
use gkc_core::tailnet::policy;
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::Engine;

/// Servers, an agent, people and a router, so that every kind of selector can mean somebody.
const TAILNET: &str = r#"{"domains": ["x.com"], "users": [{"login": "a@x.com", "roles": ["admin"]}, {"login": "b@x.com"}], "nodes": [
    {"name": "s", "tags": ["tag:s"], "ips": ["100.64.0.1", "fd7a:115c:a1e0::1"], "advertised": ["10.42.0.0/24"], "approved": ["10.42.0.0/24"]},
    {"name": "g", "tags": ["tag:g"], "ips": ["100.64.0.2", "fd7a:115c:a1e0::2"], "advertised": ["10.42.1.0/24"], "approved": ["10.42.1.0/24"]},
    {"name": "a", "user": "a@x.com", "ips": ["100.64.0.3"]},
    {"name": "b", "user": "b@x.com", "ips": ["100.64.0.4"], "accept_routes": false},
    {"name": "r", "tags": ["tag:r"], "ips": ["100.64.0.5"], "advertised": ["0.0.0.0/0"], "approved": ["0.0.0.0/0"]}]}"#;

/// Panics where it does not.
pub fn hold(text: &str) {
    let Ok(tailnet) = serde_json::from_str::<Tailnet>(TAILNET) else {
        return;
    };
    let (policy, _) = policy::read(&SourceFile::new(FileId::CONFIG, "fuzz", text), Control::Tailscale);
    let engine = Engine::new(&policy, &tailnet);
    let mut prover = Prover::new(&engine);
    let everybody = || ["s", "g", "a", "b", "pods"].map(str::to_owned).to_vec();
    for words in ["tcp:6443", "udp:*", "icmp:*"] {
        let Some(service) = service(words) else { return };
        let (from, to) = (everybody(), everybody());
        let allow = Claim::Allow {
            from: from.clone(),
            to: to.clone(),
            service: service.clone(),
        };
        let deny = Claim::Deny { from, to, service };
        for (claim, reaches) in [(allow, false), (deny, true)] {
            let proof = prover.decide(&claim);
            for witness in &proof.witnesses {
                assert_eq!(engine.reaches(witness.flow), reaches, "{claim:?} {witness:?}");
                assert_eq!(engine.explain(witness.flow).allowed, reaches, "{witness:?}");
            }
        }
    }
}
