//! Pages of findings about `tests` and `sshTests`.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// An SSH test of the policy fails or is invalid.
    ///
    /// ## Why
    ///
    /// The control plane does not save a policy with failing tests.
    SSH_TESTS_FAILED, "tailscale-ssh-tests-failed", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH test has an invalid destination.
    ///
    /// ## Why
    ///
    /// Destinations of SSH tests are devices, by login or tag.
    SSHTESTS_BAD_DST, "tailscale-sshtests-bad-dst", Error, fix None, spoils policy
}

declare_stage! {
    /// A test names a tag or a person without a device.
    ///
    /// ## Why
    ///
    /// The control plane may fail the test until a device has joined.
    TEST_WITHOUT_DEVICE, "tailscale-test-without-device", Warning, fix None, spoils policy
}

declare_stage! {
    /// A test of the policy fails or is invalid.
    ///
    /// ## Why
    ///
    /// The control plane does not save a policy with failing tests.
    TESTS_FAILED, "tailscale-tests-failed", Error, fix None, spoils policy
}
