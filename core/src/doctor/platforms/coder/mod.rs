//! Coder.

/// What is wrong with an access URL.
pub const ACCESS_URL: &str = "Coder's access URL is on loopback";

/// The key that the access URL comes from.
pub const ACCESS_URL_KEY: &str = "domain: coder.example.com";

/// Where upstream tells of access URLs.
pub const ACCESS_URL_SOURCES: &str = "Coder docs, \"Access URL\"; coder #3359";

/// What is said of an access URL on loopback.
pub const ACCESS_URL_MESSAGE: &str =
    "workspaces are told to reach Coder at {a loopback address}, which is the workspace itself";

/// How an access URL is set.
pub const ACCESS_URL_FIX: &str = "set CODER_ACCESS_URL in the environment of Coder's server (in the chart: coder.env) to the URL that browsers and workspaces reach it at, such as https://coder.example.com\nkubectl -n coder rollout restart deployment coder   # then stop and start the workspace\nkubectl run -it --rm t --image=busybox --restart=Never -- wget -qO- https://coder.example.com/healthz   # must say OK";

/// The key of the password of PostgreSQL.
pub const DATABASE_KEY: &str = "coder: {databasePassword: {env: CODER_DATABASE_PASSWORD}}";

/// The key of the namespace of workspaces.
pub const NAMESPACE_KEY: &str = "coder: {workspaces: {namespace: NAME}}";

/// Where upstream tells of permissions in other namespaces.
pub const NAMESPACE_SOURCES: &str = "Kubernetes docs, \"Using RBAC Authorization\"; Coder docs, \"Kubernetes\" (workspaces in other namespaces)";

/// How a service account gets permissions.
pub const NAMESPACE_FIX: &str = "kubectl auth can-i --list --as=system:serviceaccount:{NAME} -n NAMESPACE   # NAMESPACE, verb and resource are in the line above\nCoder: in its chart, coder.serviceAccount.workspaceNamespaces: [{name: NAMESPACE}]; in older charts, a Role and a RoleBinding in that namespace\nothers: install the chart again, which creates its Role and RoleBinding";

/// The key of the storage class of home directories.
pub const STORAGE_CLASS_KEY: &str = "coder: {workspaces: {storageClass: NAME}}";

/// What a workspace's start script fetches.
pub const AGENT_DOWNLOAD: &str = "/bin/coder-";

/// What that script prints when it has it.
pub const AGENT_STARTS: &str = "+ exec ./coder agent";

/// What the server says when it ends.
pub const SERVER_ENDS: &str = "Encountered an error running \"coder ";

/// What the server says when it starts.
pub const SERVER_STARTS: &str = "Coder v";

/// The namespace that the platform is in.
pub const CODER_NAMESPACE: &str = "coder";
