//! Rules on the Gitpod installation.
