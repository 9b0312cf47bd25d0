//! Whether a NetworkPolicy leaves DNS alone.

use super::json::{Json, Value};

/// The port of DNS.
const DNS: f64 = 53.0;

/// Whether port 53 over UDP may come in, and may go out: nothing where the policy does not restrict that direction.
pub fn dns(spec: &Json) -> (Option<bool>, Option<bool>) {
    let types: Vec<&str> = spec
        .get("policyTypes")
        .map(|types| types.texts().collect())
        .unwrap_or_default();
    // Without a list of types a policy restricts what comes in, and what goes out where it has rules for that.
    let restricts = |kind: &str| match types.is_empty() {
        true => kind == "Ingress" || spec.get("egress").is_some(),
        false => types.contains(&kind),
    };
    let allows = |key: &str, peers: &str| {
        let rules = spec.get(key).map(Json::items).unwrap_or_default();
        rules
            .iter()
            .any(|rule| port(rule) && reaches_dns(rule.get(peers)))
    };
    (
        restricts("Ingress").then(|| allows("ingress", "from")),
        restricts("Egress").then(|| allows("egress", "to")),
    )
}

/// Whether a rule is for UDP port 53, too.
fn port(rule: &Json) -> bool {
    let ports = rule.get("ports").map(Json::items).unwrap_or_default();
    let one = |port: &Json| {
        let udp = port.text_at(&["protocol"]) == Some("UDP");
        let number = match port.get("port").map(|port| &port.value) {
            None => true,
            Some(Value::Number(first)) => {
                let last = port.get("endPort").and_then(Json::number).unwrap_or(*first);
                (*first..=last).contains(&DNS)
            }
            Some(Value::String(name)) => matches!(name.as_str(), "dns" | "53"),
            Some(_) => false,
        };
        udp && number
    };
    ports.is_empty() || ports.iter().any(one)
}

/// Whether CoreDNS is among the peers: only pods of the same namespace are not.
fn reaches_dns(peers: Option<&Json>) -> bool {
    let peers = peers.map(Json::items).unwrap_or_default();
    let elsewhere = |peer: &Json| peer.get("namespaceSelector").is_some() || peer.get("ipBlock").is_some();
    peers.is_empty() || peers.iter().any(elsewhere)
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    fn of(spec: &str) -> (Option<bool>, Option<bool>) {
        dns(&json::read(spec, 0, &mut |_, _| false).unwrap().root)
    }

    #[test]
    fn a_policy_without_rules_shuts_what_it_names() {
        assert_eq!(
            of(r#"{"podSelector": {}, "policyTypes": ["Egress"]}"#),
            (None, Some(false))
        );
        assert_eq!(of(r#"{"podSelector": {}}"#), (Some(false), None));
    }

    #[test]
    fn port_53_may_be_a_number_a_name_or_in_a_range() {
        for port in [
            r#"{"port": 53, "protocol": "UDP"}"#,
            r#"{"port": "dns", "protocol": "UDP"}"#,
            r#"{"port": 1, "endPort": 1024, "protocol": "UDP"}"#,
        ] {
            let spec = format!(r#"{{"policyTypes": ["Egress"], "egress": [{{"ports": [{port}]}}]}}"#);
            assert_eq!(of(&spec), (None, Some(true)), "{port}");
        }
        let tcp = r#"{"policyTypes": ["Egress"], "egress": [{"ports": [{"port": 53, "protocol": "TCP"}]}]}"#;
        assert_eq!(of(tcp), (None, Some(false)));
        let inside = r#"{"policyTypes": ["Egress"], "egress": [{"to": [{"podSelector": {}}]}]}"#;
        assert_eq!(of(inside), (None, Some(false)));
    }
}
