//! Puts the parts of a plan together.

use super::autoscaler::Autoscaler;
use super::needs::Needs;
use super::previous::{Built, Previous};
use super::releases::Releases;
use super::values::{Literals, Names};
use super::{
    Host, HostFile, Plan, autoscaler, flow, flows, k3s, machines, network, platform, proxy, tailnet,
};
use crate::diagnostic::Sink;
use crate::diagnostic::stages::INVALID_VALUE;
use crate::facts::releases::{self, Product};
use crate::model::{Config, Field, Model, Os, Provider, SecretSource, ShortOrMap, Size, Spanned, Verbatim};
use crate::origin::Origin;
use crate::product::DEFAULT_USER;
use crate::source::Span;
use crate::text::Text;

/// What a plan is made by, beside the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    /// Whether every `{env}` secret becomes a sensitive Terraform variable.
    pub secrets_late: bool,
    /// Whether what the configuration leaves open moves on to the releases that this gkc installs.
    pub update: bool,
}

/// A plan with the literal secrets of its configuration.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Secrets that stand in the configuration, by name.
    pub literals: Literals,
    /// What the tree before was built with, where it is of this cluster.
    pub built: Option<Built>,
}

/// Makes the plan. Absent only where there is no configuration at all; keys that were reported as wrong take their default,
/// so that rules on the rest still have something to look at.
///
///
/// What the configuration leaves open stays as it was built, if that was this cluster.
pub fn build(model: &Model, wishes: Wishes, built: Option<Built>, sink: &mut Sink) -> Option<Planned> {
    let config = model.config.as_ref()?;
    let mut names = Names::new(wishes.secrets_late);
    let missing = Default::default();
    let cluster = config.cluster.get().unwrap_or(&missing);
    let provider = cluster.provider.copied_or(Provider::Generic);
    let size = cluster.size.copied_or(Size::Small);
    let name = name(config, cluster.name.text());
    let built = built.filter(|built| built.is_of(&name, config.domain.text()));
    let previous = Previous {
        built: built.as_ref(),
        update: wishes.update,
    };
    let default_os = previous.os().unwrap_or(match provider {
        Provider::RaspberryPi => Os::Debian12,
        _ => Os::Ubuntu2204,
    });

    let (platform, needs) = platform::platform(config, model.anchor, &mut names);
    let nodes = machines::machines(cluster, &needs, provider, size, previous);
    let has_agents = nodes.iter().any(|n| n.role == machines::Role::Agent);
    let autoscaler = autoscaler::autoscaler(cluster, provider, &nodes, &mut names);
    let k3s = k3s::k3s(
        config,
        provider,
        needs.replaces,
        &mut names,
        model.anchor,
        previous,
    );
    let tailnet = tailnet::tailnet(config, &mut names, has_agents);
    let networks = network::networks(cluster, provider);
    let api = network::api(config, cluster, &nodes, &networks, tailnet.as_ref(), &mut names);
    let host = host(config, previous, &mut names);
    let flows = flows::flows(&flows::Cause {
        config,
        cluster,
        nodes: &nodes,
        networks: &networks,
        api: &api,
        k3s: &k3s,
        needs: &needs,
        tailnet: tailnet.as_ref(),
        ssh_port: host.ssh_port,
    });
    let dns = network::dns(config, &needs, &api, &mut names);
    let proxy = proxy::proxy(
        config,
        provider,
        &networks,
        &api,
        &k3s,
        tailnet.as_ref(),
        &mut names,
    );

    let minor = k3s.install.version().map_or(0, |version| version.minor);
    let products = products(&k3s, &needs, tailnet.as_ref(), autoscaler.as_ref());
    let releases = Releases::choose(products, &needs.chosen, minor, previous);

    report_collisions(&names, sink);
    let plan = Plan {
        name,
        domain: config.domain.get().cloned(),
        provider,
        location: machines::location(cluster, provider).map(str::to_owned),
        size,
        os: cluster.os.copied_or(default_os),
        networks,
        firewall: flow::firewall(&flows),
        flows,
        api,
        nodes,
        autoscaler,
        k3s,
        releases,
        platform,
        needs,
        tailnet,
        proxy,
        host,
        dns,
        secrets: names.secrets.into_values().collect(),
        late: names.late.into_values().collect(),
    };
    Some(Planned {
        plan,
        built,
        literals: names.literals,
    })
}

/// What the cluster and its platform are made of, each by its release.
fn products(
    k3s: &k3s::K3s,
    needs: &Needs,
    tailnet: Option<&tailnet::Tailnet>,
    autoscaler: Option<&Autoscaler>,
) -> Vec<&'static Product> {
    let mut products = vec![&releases::UPGRADE_CONTROLLER];
    // Machines without the world outside get the package from their mirror, which has one.
    if tailnet.is_some() && k3s.airgap.is_none() {
        products.push(&releases::TAILSCALE);
    }
    products.extend(&needs.products);
    if let Some(autoscaler) = autoscaler {
        products.extend([
            &releases::CLUSTER_AUTOSCALER_CHART,
            &releases::CLUSTER_AUTOSCALER,
            match autoscaler {
                Autoscaler::Hetzner { .. } => &releases::HETZNER_CONTROLLER,
                Autoscaler::Azure { .. } => &releases::AZURE_CONTROLLER,
                Autoscaler::Gcp { .. } => &releases::GCP_CONTROLLER,
            },
        ]);
    }
    products
}

fn name(config: &Config, written: Option<&str>) -> String {
    let from_domain = || {
        config
            .domain
            .text()
            .and_then(|d| d.split('.').next())
            .filter(|l| !l.is_empty())
    };
    written.or_else(from_domain).unwrap_or("k3s").to_owned()
}

fn host(config: &Config, previous: Previous<'_>, names: &mut Names) -> Host {
    let (no_ssh, no_cloud_init) = (Default::default(), Default::default());
    let ssh = config.ssh.get().unwrap_or(&no_ssh);
    let cloud_init = config.cloud_init.get().unwrap_or(&no_cloud_init);
    let hooks = |field: &Field<Vec<Field<Verbatim>>>| -> Vec<String> {
        field.items().map(|hook| hook.value.0.clone()).collect()
    };
    let files = cloud_init.files.items().enumerate();
    let files = files.map(|(i, Spanned { value: file, .. })| HostFile {
        path: file.path.get().cloned().unwrap_or_default(),
        content: content(&format!("cloudInit.files.{i}.content"), &file.content, names),
        mode: match (file.mode.get(), file.content.get()) {
            (Some(mode), _) => mode.clone(),
            // As likely as not a secret.
            (None, Some(ShortOrMap::Map(_))) => "0600".into(),
            (None, _) => "0644".into(),
        },
        owner: file.owner.get().cloned().unwrap_or_else(|| "root:root".into()),
    });
    Host {
        ssh_port: ssh.port.copied_or(2244),
        ssh_user: match ssh.user.get() {
            Some(user) => user.clone(),
            None => previous.ssh_user().unwrap_or(DEFAULT_USER).to_owned(),
        },
        authorized_keys: ssh.authorized_keys.items().map(|key| key.value.clone()).collect(),
        timezone: cloud_init.timezone.get().cloned().unwrap_or_else(|| "UTC".into()),
        packages: cloud_init.packages.items().map(|p| p.value.clone()).collect(),
        files: files.collect(),
        before_k3s: hooks(&cloud_init.before_k3s),
        after_k3s: hooks(&cloud_init.after_k3s),
        origin: config.cloud_init.spanned().map(|c| Origin::Config(c.span)),
    }
}

/// What is in a file: as it is written, or the secret of that name.
fn content(name: &str, written: &Field<ShortOrMap<Verbatim, SecretSource>>, names: &mut Names) -> Text {
    let Some(written) = written.spanned() else {
        return Text::new();
    };
    match &written.value {
        ShortOrMap::Short(text) => Text::lit(&text.0),
        ShortOrMap::Map(source) => names.secret(name, &written.with(source.clone())),
    }
}

fn report_collisions(names: &Names, sink: &mut Sink) {
    for (first, second, variable) in &names.collisions {
        let message = format!("conflicting expressions for the Terraform variable `{variable}`");
        let (first, second): (Span, Span) = (*first, *second);
        let finding = INVALID_VALUE.at(second, message).and(first, "first expression");
        sink.push(finding.help("rename one of them with a `local` in your Terraform code"));
    }
}
