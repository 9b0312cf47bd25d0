//! The structures of the config, one constant for each, as they were in each release that has a tag and, from 2022.12 on, at the end of each
//! month of the main branch.
//!
//! Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go`, `experimental/experimental.go` and the types that they use, at the
//! tags of 2022.01 to 2022.11.3, the last commits of 2022-11 to 2026-06, and 4f45d02 (2026-07-24): each state's own types, read by reflection
//! on 2026-11-29. A key's releases are those of the structure that holds it unless it says otherwise.
//!
//! What a release ignores was found in 2022.11.2, the main branch at the end of 2023-03 and 4f45d02: the uses of each field outside the package
//! of the config, by Go's own types. Between two of these states a key counts as ignored only if both of them ignore it.

use super::Kind::{
    Any, Duration, Flag, List, Map, Number, Object, OneOf, Path, Quantities, Quantity, Reference, Text,
    TextMap, Texts, Whole,
};
use super::{Field, Release, field};
use crate::facts::gitpod::{CUSTOM_CA_IGNORED, S3_AWS_ONLY};

/// The states whose uses of each field were looked at; the third is the head of the main branch.
const EARLY: Release = Release::Dated {
    year: 2022,
    month: 11,
    patch: 2,
};
const MIDDLE: Release = Release::month(2023, 3);

const LOG_LEVELS: [&str; 7] = ["trace", "debug", "info", "warning", "error", "fatal", "panic"];

const SERVICE_TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

const SAMPLERS: [&str; 4] = ["const", "probabilistic", "rateLimiting", "remote"];

/// The whole config.
pub(super) const CONFIG: &[Field] = &[
    field("adminLoginSecret", Reference)
        .since(2023, 2, 0)
        .last(2023, 2),
    field("analytics", Object(ANALYTICS)),
    field("apiVersion", Text),
    field("authProviders", List(&Reference)),
    field("blockNewUsers", Object(BLOCK_NEW_USERS)),
    field("certificate", Reference),
    field("components", Object(COMPONENTS)).since(2022, 7, 0),
    field("containerRegistry", Object(CONTAINER_REGISTRY)),
    // Unread from 5b30eb5b8c (2023-03-21) until 604febefd9 (2023-08-02).
    field("customCACert", Reference)
        .since(2022, 4, 0)
        .ignored(CUSTOM_CA_IGNORED.0, Release::month(2023, 7)),
    field("customization", List(&Object(CUSTOMIZATION))).since(2022, 6, 0),
    field("database", Object(DATABASE)),
    field("disableDefinitelyGp", Flag).since(2022, 2, 0),
    field("domain", Text),
    field("dropImageRepo", Flag).since(2022, 4, 0),
    field("experimental", Object(EXPERIMENTAL)),
    field("httpProxy", Reference).since(2022, 9, 0),
    field("imagePullSecrets", List(&Reference)),
    field("jaegerOperator", Object(JAEGER)).last(2022, 1),
    field("kind", OneOf(&["Full", "Meta", "Workspace"])).last(2022, 10),
    field("kind", OneOf(&["Full", "IDE", "Meta", "WebApp", "Workspace"])).since(2022, 11, 0),
    field("license", Reference).last(2023, 2),
    field("messageBus", Object(MESSAGE_BUS))
        .since(2023, 1, 0)
        .last(2023, 8),
    field("metadata", Object(METADATA)),
    field("objectStorage", Object(OBJECT_STORAGE)),
    field("observability", Object(OBSERVABILITY)),
    field("openVSX", Object(OPEN_VSX)).since(2022, 2, 0),
    field("repository", Text),
    field("sshGatewayCAKey", Reference).since(2023, 11, 0),
    field("sshGatewayHostKey", Reference),
    field("telemetry", Object(TELEMETRY))
        .since(2023, 1, 0)
        .last(2023, 6),
    field("workspace", Object(WORKSPACE)),
];

const ANALYTICS: &[Field] = &[
    field("segmentEndpoint", Text).since(2023, 4, 0),
    field("segmentKey", Text),
    field("writer", Text),
];

const BLOCK_NEW_USERS: &[Field] = &[field("enabled", Flag), field("passlist", Texts)];

const COMPONENTS: &[Field] = &[
    field("agentSmith", Object(AGENT_SMITH)).since(2023, 1, 0),
    field("ide", Object(IDE_COMPONENTS)).since(2023, 2, 0),
    field("podConfig", Map(&Object(POD_CONFIG))).since(2023, 1, 0),
    field("proxy", Object(PROXY_COMPONENT)),
];

const AGENT_SMITH: &[Field] = &[
    field("blocklists", Object(BLOCKLISTS)),
    field("enforcement", Object(ENFORCEMENT)),
    field("excessiveCPUCheck", Object(EXCESSIVE_CPU_CHECK)),
    field("filesystemScanning", Object(FILESYSTEM_SCANNING)).since(2025, 8, 0),
    field("gitpodAPI", Object(GITPOD_API)),
    field("kubernetes", Object(KUBERNETES)),
    field("namespace", Text),
    field("probePath", Text),
    field("slackWebhooks", Object(SLACK_WEBHOOKS)).last(2023, 3),
    field("wsman", Object(WORKSPACE_MANAGER)).since(2023, 6, 0),
];

const BLOCKLISTS: &[Field] = &[
    field("audit", Object(BLOCKLIST)),
    field("barely", Object(BLOCKLIST)),
    field("very", Object(BLOCKLIST)),
];

const BLOCKLIST: &[Field] = &[
    field("allowlist", Texts),
    field("binaries", Texts),
    field("signatures", List(&Object(SIGNATURE))),
];

const SIGNATURE: &[Field] = &[
    field("domain", Text),
    field("filenames", Texts),
    field("kind", Text),
    field("name", Text),
    field("pattern", Text),
    field("regexp", Flag),
    field("slice", Object(SLICE)),
];

const SLICE: &[Field] = &[field("end", Whole), field("start", Whole)];

const ENFORCEMENT: &[Field] = &[
    field("cpuLimitPenalty", Text),
    field("default", Any),
    field("perRepo", Any),
];

const EXCESSIVE_CPU_CHECK: &[Field] = &[field("averageOverMinutes", Whole), field("threshold", Number)];

const FILESYSTEM_SCANNING: &[Field] = &[
    field("enabled", Flag),
    field("maxFileSize", Whole),
    field("scanInterval", Duration),
    field("workingArea", Text),
];

const GITPOD_API: &[Field] = &[field("apiToken", Text), field("hostURL", Text)];

const KUBERNETES: &[Field] = &[field("enabled", Flag), field("kubeconfig", Text)];

const SLACK_WEBHOOKS: &[Field] = &[field("audit", Text), field("warning", Text)];

const WORKSPACE_MANAGER: &[Field] = &[
    field("address", Text),
    field("tls", Object(WORKSPACE_MANAGER_TLS)),
];

const WORKSPACE_MANAGER_TLS: &[Field] = &[field("ca", Text), field("crt", Text), field("key", Text)];

const IDE_COMPONENTS: &[Field] = &[
    field("metrics", Object(IDE_METRICS)),
    field("proxy", Object(ANNOTATED_PROXY)),
    field("resolveLatest", Flag),
];

const IDE_METRICS: &[Field] = &[field("errorReportingEnabled", Flag)];

const ANNOTATED_PROXY: &[Field] = &[field("serviceAnnotations", TextMap)];

const POD_CONFIG: &[Field] = &[field("replicas", Whole), field("resources", Any)];

const PROXY_COMPONENT: &[Field] = &[field("service", Object(SERVICE))];

const SERVICE: &[Field] = &[field("serviceType", OneOf(&SERVICE_TYPES))];

const CONTAINER_REGISTRY: &[Field] = &[
    field("enableAdditionalECRAuth", Flag).since(2023, 8, 0),
    field("external", Object(EXTERNAL_REGISTRY)),
    field("inCluster", Flag),
    field("privateBaseImageAllowList", Texts).since(2022, 7, 0),
    field("s3storage", Object(S3_STORAGE)),
    field("subassemblyBucket", Text)
        .since(2023, 10, 0)
        .ignored(Release::Main, Release::Main),
];

const EXTERNAL_REGISTRY: &[Field] = &[
    field("certificate", Reference).required(),
    // `validate cluster` looks at the Secret, and nothing mounts it.
    field("credentials", Reference)
        .since(2022, 12, 0)
        .ignored(MIDDLE, Release::Main),
    field("url", Text).required(),
];

const S3_STORAGE: &[Field] = &[
    field("bucket", Text).required(),
    field("certificate", Reference).required(),
    field("endpoint", Text).since(2022, 5, 2).required(),
    field("region", Text).since(2022, 5, 2).required(),
];

const CUSTOMIZATION: &[Field] = &[
    field("apiVersion", Text).required(),
    field("kind", Text).required(),
    field("metadata", Any),
    field("spec", Object(CUSTOMIZATION_SPEC)),
];

const CUSTOMIZATION_SPEC: &[Field] = &[field("env", Any)];

const DATABASE: &[Field] = &[
    field("cloudSQL", Object(CLOUD_SQL)),
    field("cloudSQLGlobal", Object(CLOUD_SQL))
        .since(2023, 1, 0)
        .last(2023, 1),
    field("external", Object(EXTERNAL_DATABASE)),
    field("inCluster", Flag),
    field("inClusterMySql_8_0", Flag).since(2023, 6, 0).last(2023, 8),
    field("ssl", Object(DATABASE_SSL)).since(2022, 11, 1),
];

const CLOUD_SQL: &[Field] = &[
    field("instance", Text).required(),
    field("serviceAccount", Reference).required(),
];

const EXTERNAL_DATABASE: &[Field] = &[field("certificate", Reference).required()];

const DATABASE_SSL: &[Field] = &[field("caCert", Reference)];

const EXPERIMENTAL: &[Field] = &[
    field("agentSmith", Object(AGENT_SMITH)).since(2022, 7, 0),
    field("common", Object(COMMON)).since(2022, 4, 0),
    field("ide", Object(IDE)),
    field("overrides", List(&Object(OVERRIDE))).since(2023, 1, 0),
    field("telemetry", Object(TELEMETRY))
        .since(2022, 6, 1)
        .last(2023, 6),
    field("webapp", Object(WEB_APP)),
    field("workspace", Object(EXPERIMENTAL_WORKSPACE)),
];

const COMMON: &[Field] = &[
    field("podConfig", Map(&Object(COMMON_POD_CONFIG))),
    field("staticMessagebusPassword", Text)
        .since(2022, 5, 0)
        .last(2023, 8),
    field("usePodSecurityPolicies", Flag)
        .since(2022, 8, 0)
        .last(2023, 3),
];

const COMMON_POD_CONFIG: &[Field] = &[
    field("replicas", Whole),
    field("resources", Any).since(2022, 5, 0),
];

const IDE: &[Field] = &[
    field("ideMetrics", Object(IDE_METRICS_SWITCH)).since(2022, 9, 0),
    field("ideProxy", Object(ANNOTATED_PROXY)).since(2022, 5, 0),
    field("openvsxProxy", Object(ANNOTATED_PROXY)).since(2022, 5, 0),
    field("resolveLatest", Flag).since(2022, 4, 0),
];

const IDE_METRICS_SWITCH: &[Field] = &[field("enabledErrorReporting", Flag)];

const OVERRIDE: &[Field] = &[
    field("apiVersion", Text),
    field("kind", Text),
    field("metadata", Any),
    field("override", Any),
];

const TELEMETRY: &[Field] = &[field("data", Object(TELEMETRY_DATA))];

const TELEMETRY_DATA: &[Field] = &[field("platform", Text)];

const WEB_APP: &[Field] = &[
    field("certmanagerNamespaceOverride", Text).since(2023, 3, 0),
    field("configcatKey", Text).since(2022, 6, 0),
    field("disableMigration", Flag).since(2022, 5, 0),
    field("iam", Object(IAM))
        .since(2022, 12, 0)
        .ignored(MIDDLE, Release::Main),
    field("proxy", Object(WEB_APP_PROXY)).since(2022, 5, 0),
    field("proxySettings", Object(PROXY_SETTINGS)).since(2024, 1, 0),
    field("publicApi", Object(PUBLIC_API)).since(2022, 4, 0),
    field("publicUrl", Text).since(2023, 7, 0),
    field("redis", Object(REDIS)).since(2023, 8, 0),
    field("server", Object(SERVER)).since(2022, 4, 0),
    field("slowDatabase", Any).since(2022, 11, 0).last(2023, 1),
    field("spicedb", Object(SPICEDB)).since(2023, 1, 0),
    field("stripe", Object(STRIPE)).since(2022, 11, 0),
    field("tracing", Object(TRACING)).since(2022, 5, 0),
    field("usage", Object(USAGE)).since(2022, 5, 0),
    field("usePodAntiAffinity", Flag)
        .since(2022, 5, 0)
        .ignored(MIDDLE, Release::Main),
    field("withoutWorkspaceComponents", Flag)
        .since(2022, 12, 0)
        .last(2023, 1),
    field("workspaceClasses", List(&Object(WEB_APP_CLASS))).since(2022, 7, 0),
    field("wsManagerBridge", Object(WS_MANAGER_BRIDGE)).since(2022, 5, 0),
];

const IAM: &[Field] = &[field("oidsClientsConfigSecret", Text)];

const WEB_APP_PROXY: &[Field] = &[
    field("analyticsPlugin", Object(ANALYTICS_PLUGIN)).since(2023, 4, 0),
    field("configcat", Object(CONFIGCAT)).since(2022, 9, 0),
    field("frontendDevEnabled", Flag).since(2023, 1, 0),
    field("serviceAnnotations", TextMap),
    field("serviceType", OneOf(&SERVICE_TYPES)).since(2022, 6, 0),
    field("staticIP", Text),
];

const ANALYTICS_PLUGIN: &[Field] = &[
    field("segmentEndpoint", Text).since(2023, 5, 0),
    field("trustedSegmentKey", Text),
    field("untrustedSegmentKey", Text),
];

const CONFIGCAT: &[Field] = &[
    field("baseUrl", Text),
    field("fromConfigMap", Text).since(2023, 4, 0),
    field("pollInterval", Text),
];

const PROXY_SETTINGS: &[Field] = &[
    field("http_proxy", Text),
    field("https_proxy", Text),
    field("no_proxy", Text),
];

const PUBLIC_API: &[Field] = &[
    field("enabled", Flag).last(2022, 10),
    field("oidcClientJWTSigningKeySecretName", Text)
        .since(2023, 1, 0)
        .last(2023, 3),
    field("personalAccessTokenSigningKeySecretName", Text).since(2022, 12, 0),
    field("stripeSecretName", Text).since(2022, 9, 0),
];

const REDIS: &[Field] = &[
    field("address", Text),
    field("secretRef", Text),
    field("username", Text),
];

const SERVER: &[Field] = &[
    field("blockedRepositories", List(&Object(BLOCKED_REPOSITORY)))
        .since(2022, 5, 0)
        .last(2022, 6),
    field("chargebeeSecret", Text).since(2022, 5, 0).last(2023, 3),
    field("defaultBaseImageRegistryWhitelist", Texts).since(2022, 5, 0),
    field("disableCompleteSnapshotJob", Flag).since(2023, 2, 0),
    field("disableDynamicAuthProviderLogin", Flag).since(2022, 5, 0),
    field("disableLongRunningMigrationJob", Flag)
        .since(2023, 2, 0)
        .last(2023, 4),
    field("disableWorkspaceGarbageCollection", Flag).since(2022, 5, 0),
    field("enableLocalApp", Flag).since(2022, 5, 0),
    field("gcpProfilerEnabled", Flag).since(2024, 6, 0),
    field("githubApp", Object(GITHUB_APP)),
    field("inactivityPeriodForReposInDays", Whole).since(2022, 11, 0),
    field("isDedicatedInstallation", Flag).since(2024, 12, 0),
    field("isSingleOrgInstallation", Flag).since(2023, 5, 0),
    field("linkedInSecret", Text).since(2023, 4, 0),
    field("oauthServer", Object(OAUTH_SERVER)),
    field("runDbDeleter", Flag).since(2022, 5, 0),
    field("session", Object(SESSION)),
    field("showSetupModal", Flag).since(2023, 1, 0).last(2024, 11),
    field("stripeConfig", Text).since(2022, 6, 0),
    field("stripeSecret", Text).since(2022, 6, 0),
    field("workspaceDefaults", Object(WORKSPACE_DEFAULTS)),
];

const BLOCKED_REPOSITORY: &[Field] = &[field("blockUser", Flag), field("urlRegExp", Text)];

const GITHUB_APP: &[Field] = &[
    field("appId", Whole),
    field("authProviderId", Text),
    field("baseUrl", Text),
    field("certPath", Text),
    field("certSecretName", Text),
    field("enabled", Flag),
    field("logLevel", Text),
    field("marketplaceName", Text),
    field("webhookSecret", Text),
];

const OAUTH_SERVER: &[Field] = &[field("jwtSecret", Text)];

const SESSION: &[Field] = &[field("secret", Text)];

const WORKSPACE_DEFAULTS: &[Field] = &[field("workspaceImage", Text)];

const SPICEDB: &[Field] = &[
    field("disableMigrations", Flag),
    field("enabled", Flag),
    field("secretRef", Text),
];

const STRIPE: &[Field] = &[
    field("individualUsagePriceIds", Object(PRICES)),
    field("teamUsagePriceIds", Object(PRICES)),
];

const PRICES: &[Field] = &[field("eur", Text), field("usd", Text)];

const TRACING: &[Field] = &[
    field("samplerParam", Number),
    field("samplerType", OneOf(&SAMPLERS)),
];

const USAGE: &[Field] = &[
    field("billInstancesAfter", Any)
        .since(2022, 8, 0)
        .ignored(EARLY, Release::Main),
    field("creditsPerMinuteByWorkspaceClass", Any)
        .since(2022, 7, 0)
        .ignored(EARLY, Release::Main),
    field("defaultSpendingLimit", Object(DEFAULT_SPENDING_LIMIT)).since(2022, 9, 0),
    field("enabled", Flag).ignored(EARLY, Release::Main),
    field("resetUsageSchedule", Text).since(2022, 11, 0),
    field("schedule", Text).since(2022, 6, 0),
];

const DEFAULT_SPENDING_LIMIT: &[Field] = &[
    field("forTeams", Whole),
    field("forUsers", Whole),
    field("minForUsersOnStripe", Whole).since(2022, 10, 0),
];

const WEB_APP_CLASS: &[Field] = &[
    field("category", Text),
    field("credits", Object(CREDITS)).since(2022, 11, 0),
    field("deprecated", Flag).ignored(MIDDLE, Release::Main),
    field("description", Text),
    field("displayName", Text),
    field("id", Text),
    field("isDefault", Flag),
    field("marker", Any),
    field("powerups", Whole),
];

const CREDITS: &[Field] = &[field("perMinute", Number)];

const WS_MANAGER_BRIDGE: &[Field] = &[field("skipSelf", Flag)];

const EXPERIMENTAL_WORKSPACE: &[Field] = &[
    field("CPULimits", Object(CPU_LIMITS)).since(2022, 2, 0),
    field("classes", Map(&Object(WORKSPACE_CLASS))).since(2022, 5, 0),
    field("contentService", Object(CONTENT_SERVICE))
        .since(2022, 8, 0)
        .ignored(EARLY, Release::Main),
    field("enableProtectedSecrets", Flag)
        .since(2022, 9, 0)
        .ignored(EARLY, Release::Main),
    field("hostURL", Text).since(2022, 7, 0),
    field("imageBuilderMk3", Object(IMAGE_BUILDER_MK3)).since(2024, 3, 0),
    field("ioLimits", Object(IO_LIMITS)).since(2022, 4, 0),
    field("networkLimits", Object(NETWORK_LIMITS)).since(2022, 8, 0),
    field("oomScores", Object(OOM_SCORES)).since(2022, 11, 0),
    field("preferredWorkspaceClass", Text).since(2023, 11, 0),
    field("procLimit", Whole).since(2022, 7, 0),
    field("registryFacade", Object(REGISTRY_FACADE)).since(2022, 4, 0),
    field("schedulerName", Text).since(2022, 7, 0),
    field("stage", Text),
    field("tracing", Object(TRACING)).since(2022, 2, 0),
    field("useMk2ExperimentalMode", Flag)
        .since(2023, 3, 0)
        .last(2023, 7),
    field("useWsmanagerMk2", Flag).since(2023, 1, 0).last(2023, 5),
    field("workspaceCIDR", Text).since(2023, 4, 0),
    field("workspaceClusterHost", Text).since(2022, 7, 0),
    field("workspacePortURLTemplate", Text).since(2022, 7, 0),
    field("workspaceURLTemplate", Text).since(2022, 7, 0),
    field("wsDaemon", Object(WS_DAEMON)).since(2022, 7, 0),
    field("wsManagerRateLimits", Map(&Object(RATE_LIMIT))).since(2022, 7, 0),
    field("wsProxy", Object(WS_PROXY)).since(2022, 7, 0),
];

const CPU_LIMITS: &[Field] = &[
    field("burstLimit", Quantity),
    field("enabled", Flag),
    field("limit", Quantity),
    field("nodeBandwidth", Quantity),
];

const WORKSPACE_CLASS: &[Field] = &[
    field("description", Text).since(2023, 11, 0),
    field("name", Text).since(2022, 7, 0).required(),
    field("prebuildPVC", Object(VOLUME_CLAIM))
        .since(2022, 11, 0)
        .last(2023, 5),
    field("pvc", Object(VOLUME_CLAIM)).last(2023, 5),
    field("resources", Object(CLASS_RESOURCES)),
    field("templates", Object(CLASS_TEMPLATES)),
];

const VOLUME_CLAIM: &[Field] = &[
    field("size", Quantity).required(),
    field("snapshotClass", Text),
    field("storageClass", Text),
];

const CLASS_RESOURCES: &[Field] = &[
    field("limits", Quantities).last(2022, 7),
    field("limits", Object(CLASS_LIMITS)).since(2022, 8, 0),
    field("requests", Quantities).required(),
];

const CLASS_LIMITS: &[Field] = &[
    field("cpu", Object(CLASS_CPU_LIMITS)),
    field("ephemeral-storage", Text),
    field("memory", Text),
    field("storage", Text),
];

const CLASS_CPU_LIMITS: &[Field] = &[
    field("buckets", List(&Object(BUCKET))).ignored(EARLY, Release::Main),
    field("burst", Text),
    field("min", Text),
];

const BUCKET: &[Field] = &[field("budget", Whole), field("limit", Whole)];

const CLASS_TEMPLATES: &[Field] = &[
    field("default", Any),
    field("imagebuild", Any),
    field("prebuild", Any),
    field("regular", Any),
];

const CONTENT_SERVICE: &[Field] = &[field("usageReportBucketName", Text)];

const IMAGE_BUILDER_MK3: &[Field] = &[
    field("baseImageRepositoryName", Text),
    field("workspaceImageRepositoryName", Text),
];

const IO_LIMITS: &[Field] = &[
    field("readBandwidthPerSecond", Quantity),
    field("readIOPS", Whole),
    field("writeBandwidthPerSecond", Quantity),
    field("writeIOPS", Whole),
];

const NETWORK_LIMITS: &[Field] = &[
    field("bucketSize", Whole),
    field("connectionsPerMinute", Whole),
    field("enabled", Flag),
    field("enforce", Flag).since(2022, 10, 0),
];

const OOM_SCORES: &[Field] = &[
    field("enabled", Flag),
    field("tier1", Whole),
    field("tier2", Whole),
];

const REGISTRY_FACADE: &[Field] = &[
    field("ipfsCache", Object(IPFS_CACHE)),
    field("redisCache", Object(REDIS_CACHE)),
];

const IPFS_CACHE: &[Field] = &[field("enabled", Flag), field("ipfsAddr", Text)];

const REDIS_CACHE: &[Field] = &[
    field("enabled", Flag),
    field("insecureSkipVerify", Flag).since(2022, 11, 0),
    field("masterName", Text).last(2022, 10),
    field("passwordSecret", Text),
    field("sentinelAddrs", Texts).last(2022, 10),
    field("singleHostAddr", Text).since(2022, 11, 0),
    field("useTLS", Flag).since(2022, 11, 0),
    field("username", Text),
];

const WS_DAEMON: &[Field] = &[field("runtime", Object(RUNTIME))];

const RUNTIME: &[Field] = &[field("nodeToContainerMapping", List(&Object(PATH_MAPPING)))];

const PATH_MAPPING: &[Field] = &[field("path", Text), field("value", Text)];

const RATE_LIMIT: &[Field] = &[
    field("block", Flag),
    field("bucketSize", Whole),
    field("key", Text),
    field("keyCacheSize", Whole),
    field("refillInterval", Duration),
];

const WS_PROXY: &[Field] = &[
    field("blobServeHost", Text),
    field("gitpodInstallationHostName", Text),
    field("gitpodInstallationWorkspaceHostSuffix", Text),
    field("gitpodInstallationWorkspaceHostSuffixRegex", Text),
    field("ingressHeader", Text),
];

const JAEGER: &[Field] = &[field("inCluster", Flag)];

const MESSAGE_BUS: &[Field] = &[field("credentials", Reference)];

const METADATA: &[Field] = &[field("region", Text), field("shortname", Text).since(2022, 4, 0)];

const OBJECT_STORAGE: &[Field] = &[
    field("azure", Object(AZURE_STORAGE)).last(2023, 1),
    field("blobQuota", Whole).since(2022, 4, 0),
    field("cloudStorage", Object(CLOUD_STORAGE)),
    field("inCluster", Flag),
    // Only a warning that it is deprecated.
    field("maximumBackupCount", Whole)
        .since(2022, 4, 0)
        .ignored(EARLY, Release::Main),
    field("resources", Object(RESOURCES)).since(2022, 5, 0),
    field("s3", Object(S3_OBJECTS)),
];

const AZURE_STORAGE: &[Field] = &[field("credentials", Reference).required()];

const CLOUD_STORAGE: &[Field] = &[
    field("project", Text).required(),
    field("serviceAccount", Reference).required(),
];

const RESOURCES: &[Field] = &[
    field("dynamicLimits", Object(DYNAMIC_LIMITS)).last(2022, 7),
    field("limits", Quantities),
    field("requests", Quantities).required(),
];

const DYNAMIC_LIMITS: &[Field] = &[field("CPU", List(&Object(BUCKET)))];

const S3_OBJECTS: &[Field] = &[
    field("allowInsecureConnection", Flag)
        .since(2022, 9, 0)
        .ignored(MIDDLE, Release::Main),
    field("bucket", Text).since(2022, 5, 0).required(),
    field("credentials", Reference).required(),
    // Only `mirror list` writes it (c3a97c9ccb, 2022-12-05).
    field("endpoint", Text)
        .required()
        .ignored(S3_AWS_ONLY, Release::Main),
];

const OBSERVABILITY: &[Field] = &[
    field("logLevel", OneOf(&LOG_LEVELS)),
    field("tracing", Object(JAEGER_TRACING)),
];

const JAEGER_TRACING: &[Field] = &[
    field("agentHost", Text),
    field("endpoint", Text),
    field("secretName", Text).since(2022, 10, 0),
];

const OPEN_VSX: &[Field] = &[
    field("proxy", Object(OPEN_VSX_PROXY)).since(2022, 11, 0),
    field("url", Text),
];

const OPEN_VSX_PROXY: &[Field] = &[
    field("disablePVC", Flag),
    field("serviceAnnotations", TextMap).since(2023, 2, 0),
];

const WORKSPACE: &[Field] = &[
    field("maxLifetime", Duration).since(2022, 4, 0),
    field("prebuildPVC", Object(VOLUME_CLAIM))
        .since(2022, 11, 0)
        .last(2023, 5),
    field("pvc", Object(VOLUME_CLAIM)).since(2022, 5, 0).last(2023, 5),
    field("resources", Object(RESOURCES)),
    field("runtime", Object(WORKSPACE_RUNTIME)),
    field("templates", Object(TEMPLATES)),
    field("timeoutAfterClose", Duration).since(2022, 4, 0),
    field("timeoutDefault", Duration).since(2022, 4, 0),
    field("timeoutExtended", Duration).since(2022, 4, 0),
    field("workspaceImage", Text).since(2022, 7, 0),
];

const WORKSPACE_RUNTIME: &[Field] = &[
    field("containerdRuntimeDir", Path),
    field("containerdSocket", Path).last(2023, 2),
    field("containerdSocketDir", Path).since(2023, 3, 0),
    field("fsShiftMethod", OneOf(&["fuse", "shiftfs"])).last(2023, 7),
    field("fsShiftMethod", OneOf(&["shiftfs"])).since(2023, 8, 0),
];

const TEMPLATES: &[Field] = &[
    field("default", Any),
    field("ghost", Any).last(2022, 4),
    field("imagebuild", Any),
    field("prebuild", Any),
    field("probe", Any).last(2022, 4),
    field("regular", Any),
];
