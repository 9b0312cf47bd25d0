//! Rules on k3s.
