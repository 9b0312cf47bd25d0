//! Rules on the machines.
