//! Rules on the tailnet.
