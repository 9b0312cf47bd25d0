//! Rules on address ranges and firewalls.
