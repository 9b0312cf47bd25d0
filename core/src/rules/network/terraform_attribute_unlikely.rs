//! See [`RULE`].

use crate::model::{Bindable, BindablePart, Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A Terraform expression is the ID or the link of an object where its address is expected.
    ///
    /// ## Why
    ///
    /// `id` is how the provider finds the object again, and Google's `self_link` is a URL of its API. DNS records and certificates with
    /// either are wrong, and Terraform only says so when they are made.
    ///
    /// Source: the arguments and attributes of hcloud 1.60, google 7.45, azurerm 4.60 and scaleway 2.70. DigitalOcean's reserved addresses
    /// have themselves as their ID.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ingress: {via: loadBalancer, address: "${hcloud_load_balancer.edge.id}"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ingress: {via: loadBalancer, address: "${hcloud_load_balancer.edge.ipv4}"}
    /// ```
    "terraform-attribute-unlikely", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Providers whose resources are told by the beginning of their type, and the attribute with the address.
const PROVIDERS: [(&str, &str); 5] = [
    ("aws_", "public_ip"),
    ("azurerm_", "ip_address"),
    ("google_", "address"),
    ("hcloud_", "ipv4"),
    ("scaleway_", "ip_address"),
];

/// Attributes that are never an address.
const OTHERS: [&str; 3] = ["arn", "id", "self_link"];

fn check(config: &Config, report: &mut Report<'_>) {
    let api = config.cluster.get().and_then(|cluster| cluster.api.get());
    let host = api.and_then(|api| api.host.spanned());
    let sans = api.into_iter().flat_map(|api| api.sans.items());
    let ingress = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    let database = config
        .external_database()
        .and_then(|external| external.host.spanned());
    let hosts = [host, ingress, database].into_iter().flatten().chain(sans);
    for host in hosts {
        let Some(expression) = only(host) else { continue };
        let mut parts = expression.trim_start_matches("data.").split('.');
        let (Some(resource), Some(attribute)) = (parts.next(), parts.next_back()) else {
            continue;
        };
        let provider = PROVIDERS
            .iter()
            .find(|(provider, _)| resource.starts_with(provider));
        let Some((_, better)) = provider.filter(|_| OTHERS.contains(&attribute)) else {
            continue;
        };
        let finding = report.found(host.span, format!("`{expression}` is not an address"));
        report.push(
            finding
                .help(format!("use the attribute with the address, such as `{better}`"))
                .note("records and certificates get the text as it is"),
        );
    }
}

/// The expression that is all of a text.
fn only(host: &Spanned<Bindable>) -> Option<&str> {
    match host.value.parts.as_slice() {
        [BindablePart::Late(expression)] => Some(expression.trim()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn attributes_that_are_no_address() {
        check(
            r#"
ingress: {via: loadBalancer, address: "${google_compute_address.edge.self_link}"}
#                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[terraform-attribute-unlikely]: `google_compute_address.edge.self_link` is not an address
cluster: {api: {host: "${digitalocean_reserved_ip.api.id}", sans: ["${hcloud_server.a[0].ipv4_address}", "${hcloud_primary_ip.a.id}"]}}
#                                                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[terraform-attribute-unlikely]: `hcloud_primary_ip.a.id` is not an address
database: {external: {host: "${azurerm_mysql_server.db.name}.mysql.database.azure.com", username: g@db, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: Azure Database for MySQL requires TLS
"#,
        );
    }
}
