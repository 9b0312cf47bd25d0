//! See [`RULE`].

use super::argument_values::{Together, contradiction, contradiction_of_api_server, contradiction_of_etcd};
use super::arguments::{mistake, parts};
use super::passthrough::{Passed, passed};
use crate::diagnostic::Severity;
use crate::facts::k3s_flags::program_of;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A Kubernetes component rejects an argument, or etcd ignores one.
    ///
    /// ## Why
    ///
    /// k3s passes `kubelet-arg` and the like on as `--name=value` without checking them. A component exits on an argument or a feature gate
    /// that its version does not have, and on a value of the wrong type, and k3s exits with it, again and again, so the machine never
    /// joins. etcd reads its arguments from a file and ignores those that it does not have: they are a warning.
    ///
    /// Source: k3s-io/k3s `pkg/util/args.go` and `pkg/daemons/executor/executor.go`; the flags of Kubernetes v1.33 to v1.37 and of etcd
    /// v3.5 to v3.7; Kubernetes CHANGELOG-1.23.md, -1.24.md, -1.25.md and -1.27.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kubelet-arg: ["max-pods 110"]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kubelet-arg: [max-pods=110]}}
    /// ```
    "k3s-argument-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let minor = plan.k3s.install.version().map(|version| version.minor);
    for passed in passed(config) {
        let Some(program) = program_of(passed.name()) else {
            continue;
        };
        // A key of the other role is one mistake, with all that is in it.
        if passed
            .known()
            .is_some_and(|key| !key.roles.contains(&passed.role))
        {
            continue;
        }
        for (text, value) in passed.arguments() {
            let Some(mistake) = mistake(program, text, minor) else {
                continue;
            };
            let mut finding = report.found(value.span, mistake.why).help(mistake.help);
            if mistake.is_ignored {
                finding.severity = Severity::Warning;
                report.push(finding.note("etcd ignores it"));
                continue;
            }
            report.push(finding.note(format!(
                "{} exits on it, and k3s with it, on every start",
                program.name
            )));
        }
    }
    for role in ["server", "agent"] {
        check_together(config, (role, "kubelet-arg"), contradiction, report);
        check_together(config, (role, "etcd-arg"), contradiction_of_etcd, report);
        check_together(
            config,
            (role, "kube-apiserver-arg"),
            contradiction_of_api_server,
            report,
        );
    }
    check_masks(config, plan, report);
}

/// Reports the mask of one family where pods have addresses of both.
fn check_masks(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    const MASK: &str = "node-cidr-mask-size";
    if plan.networks.pods.len() < 2 {
        return;
    }
    for passed in passed(config) {
        let of_manager = passed.name() == "kube-controller-manager-arg";
        for (_, value) in passed
            .arguments()
            .filter(|(text, _)| of_manager && parts(text).0 == MASK)
        {
            let finding = report
                .found(
                    value.span,
                    format!("`{MASK}` conflicts with two families of addresses"),
                )
                .help(format!("use `{MASK}-ipv4` and `{MASK}-ipv6`"));
            report.push(finding.note("kube-controller-manager exits on it, and k3s with it, on every start"));
        }
    }
}

/// Reports arguments of a component that contradict each other, or lack one.
fn check_together(
    config: &Config,
    (role, key): (&str, &str),
    contradiction: Together,
    report: &mut Report<'_>,
) {
    let all = passed(config);
    let ours = all
        .iter()
        .filter(|passed| passed.role == role && passed.name() == key);
    let written: Vec<_> = ours.flat_map(Passed::arguments).collect();
    let parts = written.iter().map(|(text, _)| parts(text));
    let arguments: Vec<(&str, &str)> = parts.map(|(name, value)| (name, value.unwrap_or(""))).collect();
    // A file may have the others.
    if arguments
        .iter()
        .any(|(name, _)| matches!(*name, "config" | "config-dir"))
    {
        return;
    }
    let Some((at, (message, help))) = contradiction(&arguments) else {
        return;
    };
    if let Some((_, place)) = written.get(at) {
        let finding = report.found(place.span, message).help(help);
        let program = key.trim_end_matches("-arg");
        report.push(finding.note(format!("{program} exits on it, and k3s with it, on every start")));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn malformed_removed_and_of_the_wrong_type() {
        check(
            r#"
k3s:
  version: v1.27.3+k3s1
#          ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.27.3+k3s1 lacks the fix of CVE-2025-31133
#          ^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.27.3+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
  serverConfig:
    kube-apiserver-arg: ["enable-admission-plugins=NodeRestriction,PodSecurityPolicy", v=2]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `PodSecurityPolicy` was removed in Kubernetes v1.25
  agentConfig:
    kube-proxy-arg: [v=debug]
#                    ^^^^^^^ error[k3s-argument-invalid]: expected an integer in `v=debug`
    kubelet-arg: ["max-pods 110", "=x", --container-runtime=remote, node-status-update-frequency=5s, unknown=1]
#                 ^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid argument `max-pods 110`
#                                 ^^^^ error[k3s-argument-invalid]: invalid argument `=x`
#                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: kubelet argument `container-runtime` was removed in Kubernetes v1.27
"#,
        );
        check(
            r"
k3s: {version: v1.23.17+k3s1, agentConfig: {kubelet-arg: network-plugin=cni}}
#              ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.23.17+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.23.17+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
        );
        check(
            r"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    kube-apiserver-arg: [profiling=yes, max-requests-inflight=1k, goaway-chance=half, request-timeout=1 minute, bind-address=localhost]
#                        ^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected `true` or `false` in `profiling=yes`
#                                       ^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected an integer in `max-requests-inflight=1k`
#                                                                 ^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected a number in `goaway-chance=half`
#                                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected a duration in `request-timeout=1 minute`
#                                                                                                               ^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected an IP address in `bind-address=localhost`
    kube-controller-arg: [terminated-pod-gc-threshold]
#   ^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: key `kube-controller-arg` is deprecated
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected an integer in `terminated-pod-gc-threshold`
    etcd-arg: [quota-backend-bytes=8GB, enable-pprof=yes, max-txn-ops, max wals]
#              ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected an integer in `quota-backend-bytes=8GB`
#                                       ^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected `true` or `false` in `enable-pprof=yes`
#                                                         ^^^^^^^^^^^ warning[k3s-argument-invalid]: missing value in `max-txn-ops`
#                                                                      ^^^^^^^^ warning[k3s-argument-invalid]: invalid argument `max wals`
",
        );
    }

    #[test]
    fn arguments_that_the_version_does_not_have() {
        check(
            r#"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    kube-apiserver-arg: ["audit-log-pth=/var/log/audit.log", audit-log-maxage=30]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown kube-apiserver argument `audit-log-pth`
    kube-controller-manager-arg: [concurrent-disruption-syncs=5]
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: kube-controller-manager argument `concurrent-disruption-syncs` requires Kubernetes v1.37
    kube-scheduler-arg: [nothing-of-the-kind=1]
#                        ^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown kube-scheduler argument `nothing-of-the-kind`
    kube-cloud-controller-manager-arg: [node-status-update-frequency=1m]
    etcd-arg: [quota-backend-byte=8589934592, client-cert-auth=true]
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-argument-invalid]: unknown etcd argument `quota-backend-byte`
#                                             ^^^^^^^^^^^^^^^^^^^^^ warning[k3s-argument-invalid]: unknown etcd argument `client-cert-auth`
  agentConfig:
    kubelet-arg: [max-pod=110, pod-infra-container-image=pause]
#                 ^^^^^^^^^^^ error[k3s-argument-invalid]: unknown kubelet argument `max-pod`
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: kubelet argument `pod-infra-container-image` was removed in Kubernetes v1.35
"#,
        );
        check(
            r"
k3s:
  version: v1.37.1+k3s1
#          ^^^^^^^^^^^^ warning[k3s-version-untested]: cert-manager v1.21.2 is made for Kubernetes 1.33 to 1.36, not 1.37
  serverConfig:
    kube-controller-manager-arg: [concurrent-disruption-syncs=5, concurrent-service-syncs=5]
#                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: kube-controller-manager argument `concurrent-service-syncs` was removed in Kubernetes v1.37
    etcd-arg: [experimental-compact-hash-check-time=5m, experimental-initial-corrupt-check=true, discovery-proxy=x]
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-argument-invalid]: etcd argument `experimental-compact-hash-check-time` was removed in k3s v1.37
#                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-argument-invalid]: etcd argument `experimental-initial-corrupt-check` was removed in k3s v1.37
#                                                                                                ^^^^^^^^^^^^^^^^^ warning[k3s-argument-invalid]: etcd argument `discovery-proxy` was removed in k3s v1.37
",
        );
    }

    #[test]
    fn bounds_and_contradictions() {
        check(
            r#"
k3s:
  serverConfig:
    cluster-init: true
#   ^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-init` is managed by gkc
    kube-apiserver-arg: [goaway-chance=0.5, service-node-port-range=32767-30000]
#                        ^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `goaway-chance` of 0.5 is too large
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `service-node-port-range`: the lower port comes first
    etcd-arg: [heartbeat-interval=300, election-timeout=1000, auto-compaction-retention=1d]
#                                      ^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `election-timeout` of 1000 ms is less than 5 times `heartbeat-interval`, 300 ms
#                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `auto-compaction-retention`: `1d` is neither a number of hours nor a duration
  agentConfig:
    kubelet-arg: [cpu-cfs-quota-period=5s, max-pods=-64, cpu-manager-policy=static, kube-reserved=memory=1Gi]
#                 ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `cpu-cfs-quota-period` of 5s is too large
#                                          ^^^^^^^^^^^^ error[k3s-argument-invalid]: `max-pods` of -64 is too small
#                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `cpu-manager-policy=static` requires reserved CPUs
    kube-proxy-arg: [proxy-mode=ipvs, ipvs-scheduler=leastconn]
#                                     ^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown value `leastconn` for `ipvs-scheduler`
"#,
        );
        check(
            r#"
k3s:
  serverConfig: {etcd-arg: [heartbeat-interval=300, election-timeout=3000, auto-compaction-retention=8]}
  agentConfig: {kubelet-arg: [cpu-manager-policy=static, "system-reserved=cpu=500m"]}
"#,
        );
    }

    #[test]
    fn feature_gates() {
        check(
            r#"
k3s:
  version: v1.37.1+k3s1
#          ^^^^^^^^^^^^ warning[k3s-version-untested]: cert-manager v1.21.2 is made for Kubernetes 1.33 to 1.36, not 1.37
  serverConfig:
    kube-apiserver-arg: ["feature-gates=kube:GangScheduling=true"]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: feature gate `GangScheduling` was removed in Kubernetes v1.37
    kube-scheduler-arg: ["feature-gates=DRAFractionalCapacityRange"]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid feature gate `DRAFractionalCapacityRange`
  agentConfig:
    kubelet-arg: ["feature-gates=SidecarContainers=true,UserNamespacesSupport=true", "feature-gates=UserNamespacesSupport=on"]
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: feature gate `SidecarContainers` was removed in Kubernetes v1.37
#                                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid feature gate `UserNamespacesSupport=on`
"#,
        );
        check(
            r#"
k3s: {version: v1.36.5+k3s1, agentConfig: {kubelet-arg: ["feature-gates=SidecarContainers=true"]}}
"#,
        );
    }

    #[test]
    fn what_people_write() {
        check(
            r#"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    kube-apiserver-arg: [--anonymous-auth=false, profiling=false, audit-log-path=/var/log/audit.log, tls-cipher-suites=TLS_AES_128_GCM_SHA256, event-ttl=1h, admission-control-config-file=/var/lib/rancher/psa.yaml, "oidc-issuer-url=https://id.acme.dev", oidc-client-id=k3s]
    kube-controller-manager-arg: [bind-address=0.0.0.0, terminated-pod-gc-threshold=10, node-monitor-grace-period=20s]
    kube-scheduler-arg: [profiling]
    etcd-arg: [quota-backend-bytes=8589934592, heartbeat-interval=300, "listen-metrics-urls=http://0.0.0.0:2381", auto-compaction-retention=1h]
    helm-controller-arg: ['job-tolerations=[{"key":"network","operator":"Exists"}]']
  agentConfig:
    kube-proxy-arg: [proxy-mode=ipvs, ipvs-strict-arp, metrics-bind-address=0.0.0.0, conntrack-max-per-core=0]
    kubelet-arg: [max-pods=0x6e, "eviction-hard=memory.available<500Mi", system_reserved=cpu=500m, image-gc-high-threshold=85, serialize-image-pulls=false, "kube-reserved+=cpu=1", cloud-provider=external, fail-swap-on=false]
"#,
        );
    }

    #[test]
    fn values_of_the_kubelet_have_a_syntax() {
        check(
            r#"
k3s:
  agentConfig:
    kubelet-arg:
      - topology-manager-policy=besteffort
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown value `besteffort` for `topology-manager-policy`
      - system-reserved=cpu:2,memory:8Gi
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `system-reserved`: expected `=` in `cpu:2`
      - kube-reserved=cpu=500milli
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `kube-reserved`: invalid quantity `500milli`
      - eviction-hard=memory.available<500Mi,nodefs.free<10%
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `eviction-hard`: unknown signal `nodefs.free`
      - container-log-max-size=50MB
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid quantity `50MB` in `container-log-max-size`
      - image-gc-high-threshold=75
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `image-gc-low-threshold` 80 is not below `image-gc-high-threshold` 75
  serverConfig:
    kubelet-arg:
      - cpu-manager-policy=static
      - kube-reserved=cpu=500m,memory=1Gi,ephemeral-storage=1Gi,pid=100
      - eviction-soft=memory.available<1Gi
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: missing grace period for the soft eviction at `memory.available`
      - image-gc-high-threshold=70
      - image-gc-low-threshold=60
"#,
        );
    }

    #[test]
    fn lists_ports_and_what_belongs_together() {
        check(
            r#"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    kube-apiserver-arg:
      - enable-admission-plugins=NodeRestriction,AlwaysPullImage
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown admission plugin `AlwaysPullImage`
      - disable-admission-plugins=DefaultStorageClass,AcmesOwn
      - authorization-mode=RBAC
#       ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `authorization-mode` lacks `Node`
      - audit-log-path=/var/log/
#       ^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `audit-log-path` is the folder `/var/log/`
      - oidc-issuer-url=https://id.acme.dev
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `oidc-issuer-url` requires `oidc-client-id`
      - oidc-required-claim=department
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `oidc-required-claim`: expected `=` in `department`
      - oidc-signing-algs=RS256,RS265
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown value `RS265` for `oidc-signing-algs`
      - tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA385
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: unknown value `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA385` for `tls-cipher-suites`
      - feature-gates=PodSecurity=true
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: feature gate `PodSecurity` was removed in Kubernetes v1.28
    etcd-arg: [election-timeout=60000]
#              ^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `election-timeout` of 60000 is too large
  agentConfig:
    kube-proxy-arg: ["metrics-bind-address=0.0.0.0:10250", "healthz-bind-address=0.0.0.0:10256"]
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: port 10250 in `metrics-bind-address` is taken
    kubelet-arg:
      - cpu-manager-policy-options=full-pcpus-only
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid `cpu-manager-policy-options`: expected `=` in `full-pcpus-only`
      - allowed-unsafe-sysctls=net.core.somaxconn,kernel.msg*,vm.swappiness
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: pods have no `vm.swappiness` of their own
      - memory-manager-policy=Static
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `memory-manager-policy=Static` requires `reserved-memory`
"#,
        );
    }
}
